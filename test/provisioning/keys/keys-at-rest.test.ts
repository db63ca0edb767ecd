import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseKey, SecretKey } from '../../../src/lorawan/keys.ts'
import type { RootKeys } from '../../../src/lorawan/root-keys.ts'
import { canonicalJson } from '../../../src/provisioning/keys/canonical-json.ts'
import { configuredKey, dataKey } from '../../../src/provisioning/keys/data-key.ts'
import { Fingerprints, openFingerprints } from '../../../src/provisioning/keys/fingerprint.ts'
import { KeyVault, openVault } from '../../../src/provisioning/keys/vault.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ondine-vault-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const hex = '8f3c61d20a97be4455e1c0d97a6b1f02'
const appKey = parseKey(hex)
const nwkKey = parseKey('00f1e2d3c4b5a69788796a5b4c3d2e1f')
const [devEui, other] = ['0018b20000001a2b', '0018b20000001a2c']
const secret = Buffer.alloc(32, 7)
const vault = new KeyVault(secret)
const revealed = (keys: RootKeys) => Object.fromEntries(Object.entries(keys).map(([field, key]) => [field, key.revealHex()]))
const caught = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return error
  }
}

describe('the key in the data directory', () => {
  test('is made once, for its owner only, and stays', async () => {
    const made = await dataKey(join(dataDir, 'new'), 'vault')
    expect(made).toHaveLength(32)
    expect(await readdir(join(dataDir, 'new'))).toEqual(['vault.key'])
    expect((await stat(join(dataDir, 'new', 'vault.key'))).mode & 0o777).toBe(0o600)
    expect((await dataKey(join(dataDir, 'new'), 'vault')).equals(made)).toBe(true)
    expect((await dataKey(dataDir, 'fingerprint')).equals(made)).toBe(false)
  })

  test('made by many at once, it is one', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => dataKey(dataDir, 'vault')))
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
    expect(await readdir(dataDir)).toEqual(['vault.key'])
  })

  test('readable by others, it is closed again', async () => {
    await dataKey(dataDir, 'vault')
    await chmod(join(dataDir, 'vault.key'), 0o644)
    await dataKey(dataDir, 'vault')
    expect((await stat(join(dataDir, 'vault.key'))).mode & 0o777).toBe(0o600)
  })

  test.for(['', 'ff\n', `${'g'.repeat(64)}\n`, `${'0'.repeat(63)}\n`])('holding %j, it is refused and not replaced', async (text) => {
    await writeFile(join(dataDir, 'vault.key'), text)
    await expect(dataKey(dataDir, 'vault')).rejects.toMatchObject({ code: 'vault.key-file-damaged' })
    expect(await readFile(join(dataDir, 'vault.key'), 'utf8')).toBe(text)
  })

  test('the configuration may give it', async () => {
    for (const text of [
      secret.toString('hex'),
      secret.toString('base64'),
      secret.toString('base64url'),
      ` ${secret.toString('hex').toUpperCase()}\n`,
    ]) {
      expect(configuredKey(text).equals(secret)).toBe(true)
    }
    for (const text of ['', 'secret', secret.toString('hex').slice(1), secret.toString('base64').slice(2)]) {
      const error = caught(() => configuredKey(text))
      expect(error).toMatchObject({ code: 'vault.key-malformed' })
      if (text !== '') expect(inspect(error).split('\n')[0]).not.toContain(text)
    }
    const configured = await openVault({ key: secret.toString('hex'), dataDir })
    expect(revealed(configured.open(devEui, vault.seal(devEui, { appKey })))).toEqual({ appKey: hex })
    expect(await readdir(dataDir)).toEqual([])
  })
})

const anyKeys = fc.record(
  Object.fromEntries(
    ['appKey', 'nwkKey', 'genAppKey'].map((field) => [
      field,
      fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new SecretKey(bytes)),
    ]),
  ),
  { requiredKeys: [] },
)

describe('sealed keys', () => {
  test('open for their device, after a restart too', async () => {
    const sealed = (await openVault({ dataDir })).seal(devEui, { appKey, nwkKey })
    expect(revealed((await openVault({ dataDir })).open(devEui.toUpperCase(), sealed))).toEqual({ appKey: hex, nwkKey: nwkKey.revealHex() })
  })

  test('whatever they are', () => {
    fc.assert(
      fc.property(anyKeys, (keys) => {
        expect(revealed(vault.open(devEui, vault.seal(devEui, keys)))).toEqual(revealed(keys))
      }),
    )
  })

  test('twice the same are not alike, and show nothing of the key', () => {
    const seals = Array.from({ length: 100 }, () => vault.seal(devEui, { appKey }))
    expect(new Set(seals).size).toBe(100)
    for (const sealed of seals) {
      expect(sealed).toHaveLength(67)
      expect(Buffer.from(sealed, 'base64url').includes(Buffer.from(hex.slice(0, 16), 'hex'))).toBe(false)
    }
    expect(inspect(vault, { showHidden: true, depth: 9 })).toBe('KeyVault {}')
  })

  test('for no other device', () => {
    expect(caught(() => vault.open(other, vault.seal(devEui, { appKey })))).toMatchObject({ code: 'vault.damaged' })
  })

  test('not with another key, which is told apart', () => {
    expect(caught(() => new KeyVault(Buffer.alloc(32, 8)).open(devEui, vault.seal(devEui, { appKey })))).toMatchObject({
      code: 'vault.other-key',
    })
  })

  test('no changed bit goes unseen', () => {
    const sealed = Buffer.from(vault.seal(devEui, { appKey }), 'base64url')
    fc.assert(
      fc.property(fc.nat({ max: sealed.length * 8 - 1 }), (bit) => {
        const changed = Buffer.from(sealed)
        changed[bit >> 3]! ^= 1 << (bit & 7)
        expect(caught(() => vault.open(devEui, changed.toString('base64url')))).toMatchObject({
          code: expect.stringMatching(/^vault\.(damaged|other-key)$/),
        })
      }),
      { numRuns: 300 },
    )
  })

  test.for(['', 'x', 'AAAA', vault.seal(devEui, { appKey }).slice(0, -4), `${vault.seal(devEui, { appKey })}AAAA`])(
    '%j is refused',
    (text) => {
      expect(caught(() => vault.open(devEui, text))).toMatchObject({ code: 'vault.damaged' })
    },
  )
})

describe('fingerprints', () => {
  const prints = new Fingerprints(secret)

  test('are the same for the same, after a restart too', async () => {
    const first = (await openFingerprints(dataDir)).ofKeys(devEui, { appKey })
    expect((await openFingerprints(dataDir)).ofKeys(devEui.toUpperCase(), { appKey: parseKey(hex) })).toBe(first)
    expect(await readdir(dataDir)).toEqual(['fingerprint.key'])
  })

  test('tell devices, fields, keys, kinds and installations apart', () => {
    const all = [
      prints.ofKeys(devEui, { appKey }),
      prints.ofKeys(other, { appKey }),
      prints.ofKeys(devEui, { nwkKey: appKey }),
      prints.ofKeys(devEui, { appKey: nwkKey }),
      prints.ofKeys(devEui, { appKey, nwkKey }),
      prints.ofKeys(devEui, { appKey: nwkKey, nwkKey: appKey }),
      prints.ofKeys(devEui, {}),
      new Fingerprints(Buffer.alloc(32, 8)).ofKeys(devEui, { appKey }),
      prints.ofObject('device', { name: 'a' }),
      prints.ofObject('gateway', { name: 'a' }),
      prints.ofObject('device', { name: 'b' }),
      prints.ofObject('device', { name: null }),
      prints.ofObject('device', {}),
      prints.ofObject('device', ['name', 'a']),
    ]
    expect(new Set(all).size).toBe(all.length)
    for (const print of all) expect(print).toMatch(/^[\w-]{43}$/)
    expect(inspect(prints, { showHidden: true })).toBe('Fingerprints {}')
  })

  test('of an object do not depend on the order of its members, at any depth', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(prints.ofObject('x', shuffled(value))).toBe(prints.ofObject('x', value))
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  test('follow RFC 8785 where its example does', () => {
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27],
      literals: [null, true, false],
      '€': '€$\u000f\nA\'B"\\\\"/',
      '1': { f: undefined, a: 1 },
    }
    expect(canonicalJson(value)).toBe(
      '{"1":{"a":1},"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"€":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  test.for<[string, unknown, string]>([
    ['a key', { device: { keys: [appKey] } }, '.device.keys[0]'],
    ['a date', { at: new Date(0) }, '.at'],
    ['NaN', [Number.NaN], '[0]'],
    ['an endless number', { x: Number.POSITIVE_INFINITY }, '.x'],
    ['a map', new Map(), '.'],
    ['bytes', { data: Buffer.from('a') }, '.data'],
    ['a function', { run: () => 1 }, '.run'],
    ['a hole', [undefined], '[0]'],
    ['a big number', { x: 1n }, '.x'],
  ])('%s is no plain data', ([, value, path]) => {
    expect(caught(() => prints.ofObject('x', value))).toMatchObject({ code: 'fingerprint.no-plain-data', context: { path } })
  })
})

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, shuffled(member)]),
  )
}
