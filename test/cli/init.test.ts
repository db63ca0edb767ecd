import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Registry } from '../../src/codecs/registry.ts'
import { shippedCodecs } from '../../src/codecs/shipped.ts'
import { newIdentity } from '../../src/formats/age.ts'
import { readTerritory } from '../../src/provisioning/territory/read-territory.ts'
import { recipientOf } from '../../src/provisioning/territory/territory-folder.ts'
import { cli } from '../support/cli.ts'

let folder: string
let servers: Server[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ondine-init-'))
  servers = []
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  for (const server of servers) server.close()
})

/** A server that says who it is, and nothing else. */
async function serverOf(recipient: string): Promise<string[]> {
  const server = createServer((request, response) => {
    const isRecipient = request.url === '/v1/provisioning/recipient'
    response.writeHead(isRecipient ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify({ recipient }))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return ['--url', `http://127.0.0.1:${port}`, '--token', 'x']
}

const read = (file: string) => readFileSync(join(folder, file), 'utf8')
const filesOf = () => (readdirSync(folder, { recursive: true, encoding: 'utf8' }) as string[]).filter((name) => /\.\w+$/.test(name)).sort()

describe('ondine init', () => {
  test.for([
    ['en', 'devices.csv', 'installations.csv'],
    ['fr', 'appareils.csv', 'poses.csv'],
  ] as const)('makes a folder that is read as it is: %s', async ([lang, devices, installations]) => {
    const { code, out, err } = await cli(['init', folder, '--tenant', 'tours', '--lang', lang])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const tables = [`tours/water/${devices}`, `tours/water/${installations}`]
    expect(filesOf()).toEqual(['.gitignore', 'schemas/supplier.schema.json', 'schemas/territory.schema.json', 'territory.yaml', ...tables])
    expect(read('.gitignore')).toBe('*.keys.age\n')
    for (const file of filesOf()) expect(out).toContain(file)
    const { territory, findings, keyFiles } = await readTerritory(folder)
    expect({ findings, keyFiles }).toEqual({ findings: [], keyFiles: [] })
    expect(territory).toMatchObject({
      tenants: [{ slug: 'tours', name: 'tours', timeZone: 'Europe/Paris' }],
      services: [{ tenant: 'tours', slug: 'water', name: 'water' }],
      ...{ profiles: [], gateways: [], devices: [], installations: [] },
    })
  })

  test('its examples, made rows by taking the # away, are good ones of models that there are', async () => {
    await cli(['init', folder, '--tenant', 'tours'])
    const uncomment = (file: string) =>
      writeFileSync(
        join(folder, file),
        read(file)
          .replace(/^"# .*\r\n/m, '')
          .replace(/^# ?/gm, ''),
      )
    uncomment('tours/water/devices.csv')
    uncomment('tours/water/installations.csv')
    const yaml = read('territory.yaml')
    const commented = yaml.slice(yaml.indexOf('    # profiles:')).replace(/^ {4}# (profiles:| {2}|gateways:)/gm, '    $1')
    writeFileSync(join(folder, 'territory.yaml'), yaml.slice(0, yaml.indexOf('    # profiles:')) + commented)
    const { territory, findings } = await readTerritory(folder)
    expect(findings).toEqual([])
    expect(territory.devices.map(({ devEui }) => devEui)).toEqual(['0018b20000001a2b', '24e124713d000001'])
    expect(territory.installations.map(({ asset, from }) => [asset, from])).toEqual([
      ['PDL-000123', '2026-11-21T23:00:00.000Z'],
      ['PAV-Gare-2', '2026-11-22T07:00:00.000Z'],
    ])
    expect(territory.gateways).toHaveLength(1)
    expect(territory.profiles).toHaveLength(1)
    const registry = new Registry({ folders: [shippedCodecs], logger: pino({ level: 'silent' }) })
    await registry.start()
    for (const { model, devEui, serial } of territory.devices) {
      const known = registry.get(model ?? '')
      expect(known, model ?? '').toBeDefined()
      const own = territory.installations.filter((one) => one.devEui === devEui || one.serial === serial)
      for (const { parameters } of own) for (const name of Object.keys(parameters)) expect(known?.parameters).toHaveProperty(name)
    }
  })

  test('asks the server to whom keys are encrypted', async () => {
    const { recipient } = await newIdentity()
    const server = await serverOf(recipient)
    const { code, out } = await cli(['init', folder, '--tenant', 'tours', ...server])
    expect(code).toBe(0)
    expect(out).not.toContain('No server')
    expect(await recipientOf(folder)).toBe(recipient)
    expect((await readTerritory(folder)).server).toBe(server[1])
  })

  test('fills it in later, and says so when it is another server’s', async () => {
    await cli(['init', folder, '--tenant', 'tours'])
    const before = read('territory.yaml')
    const { recipient } = await newIdentity()
    const server = await serverOf(recipient)
    expect((await cli(['init', folder, ...server])).out).toContain('recipient: filled in')
    expect(read('territory.yaml')).toBe(before.replace('# recipient: age1…', `recipient: ${recipient}`))
    const other = await serverOf((await newIdentity()).recipient)
    expect((await cli(['init', folder, ...other])).out).toContain('is not this server’s')
    expect(await recipientOf(folder)).toBe(recipient)
  })

  test('a territory that is there stays as it is', async () => {
    await cli(['init', folder, '--tenant', 'tours'])
    const before = filesOf().map(read)
    const { code, out } = await cli(['init', folder, '--tenant', 'lyon', '--service', 'waste'])
    expect(code).toBe(0)
    expect(out).toContain('is a territory already (tenants: 1, services: 1)')
    expect(filesOf().map(read)).toEqual(before)
  })

  test('files that are there are not written over', async () => {
    writeFileSync(join(folder, '.gitignore'), 'notes')
    expect((await cli(['init', folder, '--tenant', 'tours'])).code).toBe(0)
    expect(read('.gitignore')).toBe('notes\n*.keys.age\n')
  })

  test.for([
    [['--tenant', 'a b'], 2, '--tenant does not take "a b"'],
    [['--service', ''], 2, '--service does not take ""'],
    [['--url', 'http://127.0.0.1:9', '--token', 'x'], 5, 'No answer from'],
  ] as const)('%j', async ([options, code, sentence]) => {
    const said = await cli(['init', folder, ...options])
    expect(said).toMatchObject({ code, out: '' })
    expect(said.err).toContain(sentence)
    expect(readdirSync(folder)).toEqual([])
  })
})

test('a supplier’s profile that an import keeps there is known to editors', async () => {
  const server = await serverOf((await newIdentity()).recipient)
  await cli(['init', folder, '--tenant', 'tours', ...server])
  const delivery = join(import.meta.dirname, '../fixtures/deliveries/windows-1252-french.csv')
  const options = ['--territory', folder, '--tenant', 'tours', '--service', 'water', '--model', 'adeunis/pulse', '--supplier', 'acme']
  expect(await cli(['import', delivery, ...options])).toMatchObject({ code: 0, err: '' })
  const [, schema = ''] = /^# yaml-language-server: \$schema=(.+)\n/.exec(read('suppliers/acme.yaml')) ?? []
  expect(JSON.parse(read(join('suppliers', schema))).title).toContain('suppliers/')
  const { territory, findings, keyFiles } = await readTerritory(folder)
  expect(findings).toEqual([])
  expect(territory.devices).toHaveLength(3)
  expect(keyFiles.map(({ file }) => file)).toEqual(['tours/water/windows-1252-french.keys.age'])
})
