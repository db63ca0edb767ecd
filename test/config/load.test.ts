import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { unusableFiles } from '../../src/config/files.ts'
import { checkConfig, loadConfig, redact } from '../../src/config/load.ts'

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'ondine-config-')), 'ondine.yaml')
  writeFileSync(path, text)
  return path
}

const problemsIn = (text: string, environment = {}) => {
  const checked = checkConfig({ file: file(text), environment })
  return 'problems' in checked ? checked.problems : []
}

describe('configuration', () => {
  test('nothing given is the simulated network with the embedded store on loopback', () => {
    const config = loadConfig({ file: file(''), environment: {} })
    expect(config.chirpstack).toBeUndefined()
    expect(config.listen.host).toBe('127.0.0.1')
    expect(config.store).toEqual({ kind: 'sqlite' })
  })

  test('the environment goes on top of the file', () => {
    const config = loadConfig({
      file: file('dataDir: /srv/ondine\nlisten: { port: 9000, host: localhost }\n'),
      environment: {
        ONDINE_LISTEN_PORT: '9001',
        ONDINE_TOPICS_BROKER_URL: 'mqtts://upstream',
        ONDINE_CODECS_FOLDERS: 'a, b',
        ONDINE_TEST_X: 'y',
      },
    })
    expect(config.dataDir).toBe('/srv/ondine')
    expect(config.listen).toMatchObject({ port: 9001, host: 'localhost' })
    expect(config.topics.broker?.url).toBe('mqtts://upstream')
    expect(config.codecs.folders).toEqual(['a', 'b'])
  })

  test('alternatives are chosen from the environment', () => {
    const environment = {
      ONDINE_STORE_KIND: 'influxdb2',
      ONDINE_STORE_URL: 'http://127.0.0.1:8086',
      ONDINE_STORE_ORG: 'tours',
      ONDINE_STORE_TOKEN: 'secret-token',
    }
    expect(loadConfig({ file: file(''), environment }).store).toMatchObject({ kind: 'influxdb2', bucket: 'ondine', org: 'tours' })
  })

  test.for([
    ['an unknown key', 'listen: { prot: 1 }', 'listen.prot', /no such key/],
    ['a wrong type', 'listen: { port: many }', 'listen.port', /expected number/],
    ['a wrong alternative', 'store: { kind: oracle }', 'store.kind', /./],
    ['a missing secret', 'chirpstack: { url: "http://127.0.0.1:8080" }', 'chirpstack.token', /./],
    ['a wrong protocol', 'broker: { url: "http://127.0.0.1" }', 'broker.url', /mqtt:\/\//],
    ['another address without TLS', 'listen: { host: 0.0.0.0 }', 'listen', /tls files, or trustedProxy/],
  ] as const)('%s is one line with its path', ([, text, path, reason]) => {
    expect(problemsIn(text)).toMatchObject([{ path, reason: expect.stringMatching(reason), fault: expect.stringMatching(/^value\./) }])
    expect(() => loadConfig({ file: file(text), environment: {} })).toThrow(path)
  })

  test('chirpstack without its broker is told with the broker’s path', () => {
    expect(problemsIn('chirpstack: { url: "http://127.0.0.1:8080", token: t }')).toMatchObject([{ path: 'broker' }])
  })

  test.for(['- a', 'text', '7'])('a file that is no mapping: %s', (text) => {
    expect(() => loadConfig({ file: file(text), environment: {} })).toThrow(/must hold keys with their values/)
  })

  test('a wrong variable is named with its value, a text without it: it may be a secret', () => {
    const environment = { ONDINE_LISTEN_PORT: 'abc', ONDINE_METADATA_KIND: 'postgresql', ONDINE_METADATA_URL: 'mysql://u:very-secret@h' }
    const problems = problemsIn('', environment)
    expect(problems.map(({ path, source }) => [path, source])).toEqual([
      ['listen.port', 'ONDINE_LISTEN_PORT="abc"'],
      ['metadata.url', 'ONDINE_METADATA_URL'],
    ])
    expect(() => loadConfig({ file: file(''), environment })).toThrow('listen.port: expected number (ONDINE_LISTEN_PORT="abc").')
  })

  test('files and folders that a server could not start with', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ondine-config-'))
    const [taken, ca, notPem] = [join(folder, 'taken'), join(folder, 'ca.pem'), join(folder, 'not.pem')]
    writeFileSync(taken, '')
    writeFileSync(notPem, 'no certificate')
    const found = (text: string) =>
      unusableFiles(loadConfig({ file: file(text), environment: {} })).map(({ code, context }) => [code, context.path])
    expect(found(`dataDir: ${join(folder, 'made', 'later')}`)).toEqual([])
    expect(found(`dataDir: ${taken}`)).toEqual([['config.no-folder', 'dataDir']])
    expect(found(`dataDir: ${join(taken, 'data')}`)).toEqual([['config.no-folder', 'dataDir']])
    expect(found(`dataDir: ${folder}\nlisten: { tls: { cert: ${ca}, key: ${ca} } }\nbroker: { url: "mqtts://b", ca: ${ca} }`)).toEqual([
      ['config.file-unusable', 'listen.tls.cert'],
      ['config.file-unusable', 'listen.tls.key'],
      ['config.file-unusable', 'broker.ca'],
    ])
    expect(found(`dataDir: ${folder}\nlisten: { tls: { cert: ${notPem}, key: ${notPem} } }`)).toEqual([
      ['config.file-unusable', 'listen.tls'],
    ])
    mkdirSync(ca)
    expect(found(`dataDir: ${folder}\nbroker: { url: "mqtts://b", ca: ${ca} }`)).toEqual([['config.file-unusable', 'broker.ca']])
  })

  test('a variable that names no key is refused', () => {
    expect(() => loadConfig({ file: file(''), environment: { ONDINE_LISTEN_PROT: '1' } })).toThrow('ONDINE_LISTEN_PROT')
  })

  test('a file that is no YAML names its line', () => {
    expect(() => loadConfig({ file: file('listen: {\n  port: 1\nstore: ]'), environment: {} })).toThrow(/line \d/)
  })

  test('secrets are never shown', () => {
    const config = loadConfig({
      file: file(`
chirpstack: { url: "http://127.0.0.1:8080", token: very-secret }
broker: { url: "mqtt://user:very-secret@broker", password: very-secret }
store: { kind: influxdb2, url: "http://x", org: o, token: very-secret }
metadata: { kind: postgresql, url: "postgres://u:very-secret@h/d" }
`),
      environment: {},
    })
    const shown = JSON.stringify(redact(config))
    expect(shown).not.toContain('very-secret')
    expect(shown).toContain('127.0.0.1:8080')
    expect(shown).toContain('mqtt://user:[redacted]@broker')
  })
})
