import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AgeIdentity, encryptTo, newIdentity } from '../../src/formats/age.ts'
import { ageIdentity } from '../../src/provisioning/keys/age-identity.ts'
import { Fingerprints } from '../../src/provisioning/keys/fingerprint.ts'
import { KeyVault } from '../../src/provisioning/keys/vault.ts'
import { receiveKeys } from '../../src/provisioning/receive-keys.ts'

const key = new Uint8Array(32).fill(9)
const vault = new KeyVault(key)
const fingerprints = new Fingerprints(key)
const [first, second] = ['0018b20000000001', '0018b20000000002']
const appKey = '8f3c61d20a97be4455e1c0d97a6b1f02'
let mine: AgeIdentity
beforeAll(async () => {
  mine = await newIdentity()
})

async function fileOf(text: string, to = mine.recipient) {
  const bytes = await encryptTo(to, new TextEncoder().encode(text))
  return { file: 'tours/water/first.keys.age', content: Buffer.from(bytes).toString('base64') }
}

const receive = async (text: string, { written = new Map<string, string>(), to = mine.recipient } = {}) =>
  receiveKeys([await fileOf(text, to)], {
    ...{ identity: mine.identity, vault, fingerprints },
    wanted: new Set([first, second]),
    written: (devEui) => written.get(devEui) ?? null,
  })

const line = (devEui: string, keys: object) => `${JSON.stringify({ devEui, ...keys })}\n`

describe('key files of deliveries', () => {
  test('are opened, told by fingerprints and sealed', async () => {
    const { fingerprints: found, sealed } = await receive(line(first, { appKey }) + line(second, { appKey }))
    expect([...found.keys()]).toEqual([first, second])
    expect(vault.open(first, sealed.get(first)?.sealed ?? '').appKey?.revealHex()).toBe(appKey)
    expect(JSON.stringify([...sealed])).not.toContain(appKey)
  })

  test('what is on the network already is not sealed again', async () => {
    const { fingerprints: before } = await receive(line(first, { appKey }))
    const { fingerprints: found, sealed } = await receive(line(first, { appKey }), { written: new Map(before) })
    expect(found).toEqual(before)
    expect(sealed.size).toBe(0)
  })

  test('keys of devices that are not asked for stay closed', async () => {
    expect((await receive(line('0018b200000000ff', { appKey }))).fingerprints.size).toBe(0)
  })

  test.for([
    ['no JSON', `${appKey}\n`],
    ['no devEui', line('', { appKey })],
    ['no key', line(first, { appKey: appKey.slice(1) })],
    ['a number', line(first, { appKey: 7 })],
  ])('a line that cannot be read is told by its number and not repeated: %s', async ([, text]) => {
    const refused = await receive(line(second, { appKey }) + text).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'provisioning.keys-malformed', context: { file: 'tours/water/first.keys.age', line: 2 } })
    expect(String(refused) + JSON.stringify(refused)).not.toContain(appKey.slice(1))
  })

  test('those for another server, and what is no key file', async () => {
    const { recipient } = await newIdentity()
    await expect(receive(line(first, { appKey }), { to: recipient })).rejects.toMatchObject({ code: 'provisioning.keys-for-another' })
    const damaged = { file: 'x.keys.age', content: Buffer.from('no age file').toString('base64') }
    const given = { identity: mine.identity, vault, fingerprints, wanted: new Set<string>(), written: () => null }
    await expect(receiveKeys([damaged], given)).rejects.toMatchObject({ code: 'provisioning.keys-unreadable' })
  })
})

describe('the identity of the server', () => {
  let dataDir: string
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'ondine-age-'))
  })
  afterAll(() => rm(dataDir, { recursive: true }))

  test('is made once, for its owner alone, and found again', async () => {
    const [made, same] = await Promise.all([ageIdentity(dataDir), ageIdentity(dataDir)])
    expect(same).toEqual(made)
    expect(await ageIdentity(dataDir)).toEqual(made)
    expect((await stat(join(dataDir, 'age.key'))).mode & 0o777).toBe(0o600)
    const { content } = await fileOf(line(first, { appKey }), made.recipient)
    const given = { identity: made.identity, vault, fingerprints, wanted: new Set([first]), written: () => null }
    expect((await receiveKeys([{ file: 'x', content }], given)).fingerprints.size).toBe(1)
  })

  test('a damaged one is left as it is, and told', async () => {
    const file = join(dataDir, 'age.key')
    await writeFile(file, 'gone\n')
    await expect(ageIdentity(dataDir)).rejects.toMatchObject({ code: 'vault.key-file-damaged' })
  })
})
