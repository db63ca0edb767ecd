import { inspect } from 'node:util'
import { Encrypter } from 'age-encryption'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decryptWith, encryptTo, isAgeFile, newIdentity, recipientOf } from '../../src/formats/age.ts'

const { identity, recipient } = await newIdentity()
const other = await newIdentity()
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const bytesOf = (value: string) => new TextEncoder().encode(value)
const secret = bytesOf('{"devEui":"0018b20000001a2b"}\n')

describe('age', () => {
  test('what is encrypted to a recipient is read with its identity, binary or armoured', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.boolean(), async (bytes, armoured) => {
        const file = await encryptTo(recipient, bytes, { armoured })
        expect(isAgeFile(file)).toBe(true)
        expect(Buffer.from(await decryptWith(identity, file)).equals(Buffer.from(bytes))).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  test('62,000 devices', async () => {
    const bytes = Buffer.alloc(62_000 * 90, 'x')
    expect(Buffer.compare(await decryptWith(identity, await encryptTo(recipient, bytes)), bytes)).toBe(0)
  })

  test('the recipient belongs to the identity, and nothing of the file is in clear', async () => {
    expect(recipient).toMatch(/^age1[0-9a-z]{58}$/)
    expect(identity).toMatch(/^AGE-SECRET-KEY-1/)
    expect(await recipientOf(`${identity}\n`)).toBe(recipient)
    expect(text(await encryptTo(recipient, secret))).not.toContain('devEui')
  })

  test('an identity file as age-keygen writes it, with others before', async () => {
    const file = `# created: 2026-11-22T06:00:00Z\r\n# public key: ${recipient}\r\n${other.identity}\r\n\r\n${identity}\r\n`
    expect(await decryptWith(file, await encryptTo(recipient, secret))).toEqual(secret)
  })

  test('armour with a byte order mark, blank lines and Windows line ends', async () => {
    const armoured = text(await encryptTo(recipient, secret, { armoured: true }))
    expect(armoured).toMatch(/^-----BEGIN AGE/)
    expect(await decryptWith(identity, bytesOf(`\ufeff\r\n${armoured.replaceAll('\n', '\r\n')}\r\n`))).toEqual(secret)
  })
})

const binary = await encryptTo(recipient, secret)
const armour = await encryptTo(recipient, secret, { armoured: true })
const changed = (bytes: Uint8Array, at: number) =>
  bytes.map((byte, index) => (index === (at + bytes.length) % bytes.length ? byte ^ 1 : byte))
const withPassphrase = async () => {
  const encrypter = new Encrypter()
  encrypter.setScryptWorkFactor(2)
  encrypter.setPassphrase('a passphrase')
  return encrypter.encrypt(secret)
}

describe('refused in one sentence', () => {
  test.for<[string, () => Promise<unknown>, string]>([
    ['the identity of another', () => decryptWith(other.identity, binary), 'age.wrong-identity'],
    ['no age file', () => decryptWith(identity, bytesOf('devEui;appKey\n')), 'age.no-age-file'],
    ['an empty file', () => decryptWith(identity, new Uint8Array()), 'age.no-age-file'],
    ['a file with a passphrase', async () => decryptWith(identity, await withPassphrase()), 'age.passphrase'],
    ['a file cut short', () => decryptWith(identity, binary.subarray(0, -1)), 'age.damaged'],
    ['a file cut in its header', () => decryptWith(identity, binary.subarray(0, 60)), 'age.damaged'],
    ['a changed byte at the end', () => decryptWith(identity, changed(binary, -1)), 'age.damaged'],
    ['armour cut short', () => decryptWith(identity, armour.subarray(0, -20)), 'age.damaged'],
    ['an empty identity file', () => decryptWith('# nothing\n', binary), 'age.identity-malformed'],
    ['a recipient for an identity', () => decryptWith(recipient, binary), 'age.identity-malformed'],
    ['an identity with a wrong letter', () => decryptWith(swapped(identity), binary), 'age.identity-malformed'],
    ['the recipient of an identity with a wrong letter', () => recipientOf(swapped(identity)), 'age.identity-malformed'],
    ['an identity for a recipient', () => encryptTo(identity, secret), 'age.recipient-malformed'],
    ['a recipient with a wrong letter', () => encryptTo(swapped(recipient), secret), 'age.recipient-malformed'],
    ['nothing for a recipient', () => encryptTo('', secret), 'age.recipient-malformed'],
  ])('%s', async ([, run, code]) => {
    const error = await run().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ code, message: expect.stringMatching(/^[^\n]+\.$/) })
    expect(inspect(error, { depth: 9 }).toUpperCase()).not.toContain(identity.slice(20, 40))
  })
})

function swapped(value: string): string {
  const [a = '', b = ''] = [value.at(-1), value.at(-2)]
  return a === b ? `${value.slice(0, -2)}${a}${a === 'q' || a === 'Q' ? 'P' : 'Q'}` : `${value.slice(0, -2)}${a}${b}`
}
