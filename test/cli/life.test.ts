import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { LifeDesk } from '../../src/api/ports.ts'
import type { CheckedLabel } from '../../src/provisioning/life/check-label.ts'
import type { SwapView } from '../../src/provisioning/life/requests.ts'
import { ApiFixture } from '../support/api-fixture.ts'
import { cli } from '../support/cli.ts'
import { qrPicture } from '../support/qr-code.ts'

const key = '8f3c61d20a97be4455e1c0d97a6b1f02'
const devEui = '70b3d5e75e001234'
const job: SwapView['job'] = {
  ...{ id: '0198c0de-0000-7000-8000-0000000000b1', number: 118, action: 'swap', tenant: 'tours', subject: 'PAV-Gare-2', account: 'anna' },
  ...{ state: 'done', allOrNothing: true, createdAt: '2026-11-22T20:59:59.000Z', startedAt: null, endedAt: null },
  ...{ total: 2, done: 2, failed: 0, perSecond: null, waitsFor: null, behind: null },
}
const swapped: SwapView = {
  ...{ job, problem: null, tenant: 'tours', asset: 'PAV-Gare-2', from: '2026-11-22T20:59:59.000Z', body: null, alsoAssets: [] },
  old: {
    ...{ devEui: '24e124713d100001', model: 'milesight/em400-mud', title: 'EM400-MUD', since: '2023-11-20T00:00:00.000Z' },
    ...{ lastSeen: '2026-11-22T19:00:00.000Z', readings: 26_310 },
  },
  new: { devEui, model: 'milesight/em400-mud', title: 'EM400-MUD', origin: 'stock' },
  undoUntil: '2026-12-22T20:59:59.000Z',
}

/** Keeps what it was asked, and answers what it is told to. */
class LifeFixture extends ApiFixture {
  readonly asked: unknown[][] = []
  swap: SwapView = swapped
  label: CheckedLabel = { status: 'in stock', serial: 'S-1', serialOf: [], keys: 'same' }

  override desks() {
    const desks = super.desks()
    const simple =
      (name: string): LifeDesk['disable'] =>
      async (_scope, ...rest) => {
        this.asked.push([name, ...rest])
        return { job: this.swap.job, problem: this.swap.problem, tenant: 'tours', devEui }
      }
    const life: LifeDesk = {
      ...desks.life,
      add: async (_scope, request) => {
        this.asked.push(['add', request])
        return { job, problem: null, tenant: 'tours', devEui }
      },
      label: async (_scope, ...rest) => {
        this.asked.push(['label', ...rest])
        return this.label
      },
      swap: async (_scope, ...rest) => {
        this.asked.push(['swap', ...rest])
        return this.swap
      },
      undoSwap: async (_scope, ...rest) => {
        this.asked.push(['undo', ...rest])
        return { ...this.swap, undoUntil: null, new: { ...swapped.new, origin: 'back' } }
      },
      move: async (_scope, ...rest) => {
        this.asked.push(['move', ...rest])
        return { job, problem: null, tenant: 'tours', devEui, service: 'waste', session: 'kept' }
      },
      ...{ disable: simple('disable'), restore: simple('restore'), retire: simple('retire'), flushNonces: simple('flush-nonces') },
      gatewayCertificate: async (_scope, gatewayId) => ({
        gatewayId,
        certificate: 'CERT',
        privateKey: 'SECRET',
        ca: 'CA',
        expiresAt: null,
      }),
    }
    return { ...desks, life }
  }
}

const fixture = new LifeFixture()
let environment: Record<string, string> = {}
const folder = mkdtempSync(join(tmpdir(), 'ondine-life-cli-'))

beforeAll(async () => {
  await fixture.start()
  environment = { ONDINE_URL: fixture.url, ONDINE_TOKEN: await fixture.issue({ account: 'root' }) }
})
beforeEach(() => {
  fixture.asked.length = 0
  fixture.swap = swapped
})
afterAll(async () => {
  await fixture.stop()
  rmSync(folder, { recursive: true })
})

const run = (line: readonly string[], more: Parameters<typeof cli>[1] = {}) => cli(line, { ...more, environment })
async function* typed(text: string) {
  yield text
}

describe('ondine device swap', () => {
  test('tells what the old one had, what comes, and how to undo it', async () => {
    const { out, code } = await run(['device', 'swap', 'PAV-Gare-2', devEui, '--end-index', '3', '--parameter', 'emptyDistance=2.1'])
    expect(code).toBe(0)
    expect(out).toBe(
      [
        `PAV-Gare-2: EM400-MUD 24e124713d100001 (3 years, 26,310 readings, last 2 h ago)  →  EM400-MUD ${devEui}, from stock`,
        'the old one is disabled on the network; history stays with PAV-Gare-2.',
        'Undo within 30 days: ondine device swap --undo 118',
        '',
      ].join('\n'),
    )
    expect(fixture.asked).toMatchObject([['swap', 'PAV-Gare-2', { devEui, endIndex: 3, parameters: { emptyDistance: 2.1 }, force: false }]])
    const french = await run(['--lang', 'fr', 'device', 'swap', 'PAV-Gare-2', 'S-4711', '--body', 'B-2', '--force'])
    expect(french.out).toMatch(/3 ans, 26\s310 relevés, dernier il y a 2 h/)
    expect(fixture.asked[1]).toMatchObject(['swap', 'PAV-Gare-2', { serial: 'S-4711', body: { serial: 'B-2' }, force: true }])
  })

  test('a label is a text without a key, a picture, or standard input', async () => {
    const bare = `LW:D0:24E124C0002A0001:${devEui.toUpperCase()}:00FF0102`
    await run(['device', 'swap', 'PAV-Gare-2', '--qr', bare])
    const secret = `DevEUI=${devEui};AppKey=${key}`
    const refused = await run(['device', 'swap', 'PAV-Gare-2', '--qr', secret])
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toContain('history of the shell')
    expect(refused.err).not.toContain(key)
    await run(['device', 'swap', 'PAV-Gare-2', '--qr', '-'], { input: typed(`${secret}\n`) })
    const picture = join(folder, 'label.png')
    writeFileSync(picture, qrPicture([{ text: secret, scale: 3, x: 110, y: 110 }], { width: 220, height: 220 }))
    await run(['device', 'swap', 'PAV-Gare-2', '--qr', picture])
    expect(fixture.asked.map(([, , request]) => request)).toMatchObject([{ label: bare }, { label: secret }, { label: secret }])
  })

  test.for([
    [['--lang', 'fr'], ['--end-index', '320,5', '--start-index', '1 002,25'], { endIndex: 320.5, startIndex: 1002.25 }],
    [['--lang', 'fr'], ['--end-index', '1,234'], { endIndex: 1.234 }],
    [[], ['--end-index', '320,5', '--start-index', '-1.5'], { endIndex: 320.5, startIndex: -1.5 }],
    [
      ['--lang', 'fr'],
      ['--parameter', 'emptyDistance=2,1', '--parameter', 'code=007'],
      { parameters: { emptyDistance: 2.1, code: '007' } },
    ],
  ] as const)('numbers as they are written by hand: %j %j', async ([language, options, asked]) => {
    const { code, err } = await run([...language, 'device', 'swap', 'PAV-Gare-2', devEui, ...options])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(fixture.asked).toMatchObject([['swap', 'PAV-Gare-2', asked]])
  })

  test.for([
    [['--end-index', '1,234'], '--end-index does not take "1,234". It takes: 1234, 1.234.'],
    [['--parameter', 'emptyDistance=2,100'], 'emptyDistance does not take "2,100". It takes: 2100, 2.100.'],
    [['--end-index', '12.3.4'], '--end-index does not take "12.3.4".'],
    [['--end-index', ''], '--end-index does not take "".'],
  ] as const)('%j, which two people read differently, or nobody, is asked for again', async ([options, sentence]) => {
    const said = await run(['device', 'swap', 'PAV-Gare-2', devEui, ...options])
    expect(said).toMatchObject({ code: 2, out: '' })
    expect(said.err).toContain(sentence)
    expect(fixture.asked).toEqual([])
  })

  test('speaks of the asset as it was typed, and of the others by their code', async () => {
    fixture.inventory.codes.set('w-7f3k2m9q', 'PDL-000123')
    fixture.swap = { ...swapped, asset: 'w-9x8y7z6w', alsoAssets: ['w-7f3k2m9q'] }
    const { out } = await run(['device', 'swap', ' W-1042 ', devEui])
    expect(out).toMatch(/^W-1042: EM400-MUD/)
    expect(out).toContain('served beside: PDL-000123')
    expect(out).toContain('history stays with W-1042.')
    expect(out).not.toContain('w-')
    fixture.swap = { ...swapped, asset: 'w-7f3k2m9q' }
    const undone = await run(['device', 'swap', '--undo', '118'])
    expect(undone.out).toMatch(/^PDL-000123: /)
    expect(JSON.parse((await run(['device', 'swap', 'W-1042', devEui, '--json'])).out)).toMatchObject({ asset: 'w-7f3k2m9q' })
  })

  test('a device is shown on the asset that people know, with the name that topics have', async () => {
    fixture.inventory.codes.set('w-7f3k2m9q', 'PDL-000123')
    const { out } = await run(['device', 'show', '0018b20000001a2b'])
    expect(out).toMatch(/installed +PDL-000123 \(main\)/)
    expect(out).toContain('PDL-000123 is published as w-7f3k2m9q.')
    fixture.inventory.codes.clear()
    expect((await run(['device', 'show', '0018b20000001a2b'])).out).toMatch(/installed +w-7f3k2m9q \(main\)/)
  })

  test('undone by its number', async () => {
    const { out } = await run(['device', 'swap', '--undo', '118'])
    expect(out).toContain('back again')
    expect(fixture.asked).toEqual([['undo', '118']])
    expect((await run(['device', 'swap', 'PAV-Gare-2', '--undo', '118'])).code).toBe(2)
    expect((await run(['device', 'swap'])).code).toBe(2)
  })

  test('what failed ends with 1, what waits says so', async () => {
    fixture.swap = {
      ...swapped,
      job: { ...job, state: 'failed' },
      problem: { code: 'life.changed-meanwhile', text: 'Somebody was there.' },
    }
    expect(await run(['device', 'swap', 'PAV-Gare-2', devEui])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('Somebody was there.'),
    })
    fixture.swap = { ...swapped, job: { ...job, state: 'running' } }
    expect(await run(['device', 'swap', 'PAV-Gare-2', devEui])).toMatchObject({
      code: 0,
      out: expect.stringContaining('ondine jobs show 118'),
    })
    expect(JSON.parse((await run(['device', 'swap', 'PAV-Gare-2', devEui, '--json'])).out)).toMatchObject({ job: { number: 118 } })
  })
})

describe('a label beside what was delivered', () => {
  const text = `DevEUI=${devEui};AppKey=${key};SN=S-1`
  const label = (...options: string[]) => run(['device', 'label', '-', ...options], { input: typed(text) })

  test('what does not fit is told', async () => {
    const fits = await label()
    expect(fits.code).toBe(0)
    expect(fits.out).not.toMatch(/^!/m)
    expect(fixture.asked).toEqual([['label', { label: text }]])
    fixture.label = { status: 'in stock', serial: 'S-9', serialOf: ['24e124713d100001'], keys: 'other' }
    const { out } = await label()
    expect(out).toContain('! The serial number S-1 is that of another device: 24e124713d100001.')
    expect(out).toContain(`! ${devEui} was delivered with the serial number S-9.`)
    expect(out).toContain(`! The key on this label is not the one that was written for ${devEui}`)
    expect(out).not.toContain(key)
    expect((await label('--lang', 'fr')).out).toContain('! La clé de cette étiquette n’est pas celle écrite')
    expect(JSON.parse((await label('--json')).out)).toMatchObject({ known: { keys: 'other', serialOf: ['24e124713d100001'] } })
    fixture.label = { status: null, serial: null, serialOf: [], keys: 'unknown' }
    expect((await label()).out).toContain('is not known here')
  })
})

test.for([
  [
    'appKey=8f3c61d20a97be4455e1c0d97a6b1f02\nnwkKey=00112233445566778899aabbccddee01\n',
    { appKey: key, nwkKey: '00112233445566778899aabbccddee01' },
  ],
  [`${key}\n`, { appKey: key }],
] as const)('keys come by standard input (%#)', async ([text, keys]) => {
  const line = ['device', 'add', devEui, '--keys', '--model', 'acme/bin', '--asset', 'PAV-9', '--parameter', 'emptyDistance=2']
  const { out, code } = await run(line, { input: typed(text) })
  expect(code).toBe(0)
  expect(out).not.toContain(key)
  const install = { asset: 'PAV-9', parameters: { emptyDistance: 2 } }
  expect(fixture.asked).toMatchObject([['add', { devEui, keys, model: 'acme/bin', install }]])
})

test('keys that are none are not repeated', async () => {
  const said = await run(['device', 'add', devEui, '--keys'], { input: typed(`secret=${key}`) })
  expect(said).toMatchObject({ code: 2, out: '' })
  expect(said.err).not.toContain(key)
})

test.for([
  [['move', devEui, '--service', 'waste'], ['move', devEui, { service: 'waste' }], 'need not join again'],
  [['disable', devEui], ['disable', devEui], 'is disabled'],
  [['restore', devEui], ['restore', devEui], 'back on the network'],
  [['retire', devEui, '--end-index', '4'], ['retire', devEui, { endIndex: 4 }], 'is retired'],
  [['flush-nonces', devEui, '--force'], ['flush-nonces', devEui, { force: true }], 'are forgotten'],
] as const)('ondine device %s', async ([line, asked, said]) => {
  const { out, code } = await run(['device', ...line])
  expect(code).toBe(0)
  expect(out).toContain(said)
  expect(fixture.asked).toEqual([asked])
})

describe('gateways', () => {
  test('a certificate goes into files of its owner alone, is shown nowhere, and replaces nothing', async () => {
    const out = join(folder, 'certificates')
    const said = await run(['gateway', 'certificate', '7076ff0056081234', '--out', out])
    expect(said.code).toBe(0)
    expect(`${said.out}${said.err}`).not.toContain('SECRET')
    const file = join(out, '7076ff0056081234.key')
    expect(readFileSync(file, 'utf8')).toBe('SECRET')
    for (const name of ['.key', '.crt', '.ca.crt']) expect(statSync(join(out, `7076ff0056081234${name}`)).mode & 0o777).toBe(0o600)
    const again = await run(['gateway', 'certificate', '7076ff0056081234', '--out', out, '--json'])
    expect(again).toMatchObject({ code: 4, out: '' })
    expect(JSON.parse(again.err)).toMatchObject({ error: { code: 'cli.file-there' } })
  })

  test('those nobody knows are proposed', async () => {
    const { out } = await run(['gateway', 'list', '--unknown'], { isTerminal: true })
    expect(out).toContain('- { gatewayId: "aa55ff0056081234", name: aa55ff0056081234 }')
    expect(JSON.parse((await run(['gateway', 'list', '--unknown', '--json'])).out).items).toMatchObject([{ region: 'eu868' }])
  })
})
