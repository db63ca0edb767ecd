import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { OndineError } from '../../src/errors/ondine-error.ts'
import { ApiFixture, streetLight } from '../support/api-fixture.ts'
import { cli } from '../support/cli.ts'
import { ModelFolder } from '../support/model-folder.ts'
import { aReading } from '../support/reading-builder.ts'

const fixture = new ApiFixture()
let admin = ''
let reader = ''

beforeAll(async () => {
  await fixture.start()
  await fixture.fill()
  admin = await fixture.tokens.issue({ account: 'root' })
  reader = await fixture.tokens.issue({ account: 'reader', role: 'reader', tenant: 'tours' })
})
afterAll(() => fixture.stop())

const ask = (line: string, given: Parameters<typeof cli>[1] = {}) =>
  cli(line.split(' '), { ...given, environment: { ONDINE_URL: fixture.url, ONDINE_TOKEN: admin, ...given.environment } })

describe('every list and page has a stable JSON and words', () => {
  test.for([
    ['status', 'devices'],
    ['device list', 'items'],
    ['device show 0018b20000001a2b', 'devEui'],
    ['device install 0018b20000009999 W-1 --parameter pulseWeight=10 --parameter on=true --parameter note=x', 'devEui'],
    ['gateway list', 'items'],
    ['deadletters list', 'items'],
    ['deadletters list --reason unknown-model --from 2026-11-22T06:00:00+01:00 --to 2026-11-23T06:00:00Z', 'items'],
    ['deadletters show 00000000-0000-7000-8000-000000000001', 'reason'],
    ['deadletters retry --reason malformed', 'tried'],
    ['deadletters retry --device ffffffffffffffff --limit 1', 'mended'],
    ['reading list', 'items'],
    ['reading list w-7f3k2m9q --oldest --limit 1', 'items'],
    ['command list', 'items'],
    ['codec list', 'items'],
    ['token list', 'items'],
    ['config show', 'listen'],
    ['config check', 'right'],
  ] as const)('ondine %s', async ([line, key]) => {
    const json = await ask(`${line} --json`)
    expect(json).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(json.out)).toHaveProperty(key)
    const words = await ask(line)
    expect(words).toMatchObject({ code: 0, err: '' })
    expect(words.out).not.toMatch(/undefined|\[object|NaN/)
    const table = await ask(line, { isTerminal: true, environment: { NO_COLOR: '1' } })
    expect(table.out).not.toContain('\u001b')
  })
})

test('tables: tabs where they are piped, aligned on a terminal, `-` where nothing is known', async () => {
  const piped = (await ask('device list')).out.split('\n')
  expect(piped[0]).toBe('devEui\tservice\tasset\tmodel\tstatus\tlast seen')
  expect(piped[1]).toBe('0018b20000001a2b\twater\tw-7f3k2m9q\taxioma/qalcosonic-w1\tinstalled\tnever')
  const shown = (await ask('gateway list', { isTerminal: true, environment: { NO_COLOR: '1' } })).out
  expect(shown).toMatch(/^7076ff0056081234 {2}Mairie {3}tours {3}47\.39, 0\.68$/m)
  expect(shown).toMatch(/^7076ff0056089999 {2}Château {2}blois {3}-$/m)
  expect((await ask('gateway list', { isTerminal: true })).out).toContain('\u001b[')
})

test('a table that is wider than the terminal breaks lines within its columns, and loses nothing', async () => {
  const wide = await ask('codec list', { isTerminal: true, columns: 200, environment: { NO_COLOR: '1' } })
  const narrow = await ask('codec list', { isTerminal: true, columns: 80, environment: { NO_COLOR: '1' } })
  expect(Math.max(...wide.out.split('\n').map((line) => line.length))).toBeGreaterThan(80)
  expect(Math.max(...narrow.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  const letters = (text: string) => [...text.replaceAll(/\s/g, '')].sort().join('')
  expect(letters(narrow.out)).toBe(letters(wide.out))
  expect(narrow.out).toMatch(/^milesight\/em400-mud {2}/m)
})

test('codec list names the parameters of an installation, a star where one is required', async () => {
  expect((await ask('codec list')).out).toMatch(/^milesight\/em400-mud\t.*\temptyDistance\* container\tok$/m)
  const [model] = JSON.parse((await ask('codec list --json')).out).items
  expect(model.parameters[0]).toMatchObject({ name: 'emptyDistance', unit: 'm', required: true, range: [0.1, 10] })
})

test('codec list says what has the place of a shipped model', async () => {
  fixture.replacing = ['milesight/em400-mud']
  expect((await ask('codec list')).out).toMatch(/^milesight\/em400-mud\t.*\tok; replaces the shipped one$/m)
  fixture.replacing = []
})

test('codec list says which codec had to be stopped; enable runs it again', async () => {
  fixture.struck = [{ model: 'nasys/ul20xx', file: 'codec.js', strikes: 3, disabled: true, reason: 'too slow' }]
  expect((await ask('codec list')).out).toMatch(/^nasys\/ul20xx\t.*\tdisabled: too slow$/m)
  expect((await ask('codec list')).out).toMatch(/^milesight\/em400-mud\t.*\tok$/m)
  expect(await ask('codec enable nasys/ul20xx')).toMatchObject({ code: 0, out: 'nasys/ul20xx is run again\n' })
  expect((await ask('codec list')).out).not.toContain('disabled')
  expect((await ask('codec enable acme/none')).code).toBe(3)
  expect(await ask('codec enable nasys')).toMatchObject({
    code: 2,
    err: '"nasys" is not vendor/model, such as acme/flow-2. There is: nasys/ul20xx.\n',
  })
  expect((await ask('codec enable em400-mod')).err).toContain('There is: milesight/em400-mud.')
})

test('codec reload says what it took up, and fails where something is broken', async () => {
  expect(await ask('codec reload')).toMatchObject({ code: 0, out: 'added    acme/flow\n' })
  fixture.reloaded = {
    added: [],
    changed: [],
    removed: [],
    broken: [{ model: 'acme/flow', error: new OndineError('codec.unknown-model', { model: 'acme/flow' }) }],
  }
  const { code, out, err } = await ask('codec reload')
  expect(code).toBe(1)
  expect(out).toContain('broken   acme/flow: ')
  expect(err).toContain('1 model cannot be used')
})

test('codec reload tells its reasons in French too', async () => {
  const fails = { model: 'acme/flow', number: 3, description: 'gel', what: 'volume', expected: '12', got: '13', others: 0 }
  const broken = [
    { model: 'acme/flow', error: new OndineError('codec.example-fails', fails) },
    { model: 'acme/bad', error: new OndineError('codec.model-invalid', { file: 'm.yaml', path: 'title', reason: 'is missing' }) },
  ]
  fixture.reloaded = { added: [], changed: [], removed: [], broken }
  const { code, out, err } = await ask('codec reload --lang fr')
  expect(code).toBe(1)
  expect(out).toContain(
    'cassé    acme/flow : l’exemple 3 « gel » ne passe pas (volume : attendu 12, obtenu 13). La version d’avant continue',
  )
  expect(out).toMatch(/^cassé {4}acme\/bad : m\.yaml : title : .*Ce modèle est écarté/m)
  expect(out).not.toMatch(/expected|is missing|left out/)
  expect(err).toContain('2 modèles inutilisables')
  expect((await ask('codec reload')).out).toContain('(volume: expected 12, got 13)')
  expect(JSON.parse((await ask('codec reload --json')).out).broken[0]).toMatchObject({ code: 'codec.example-fails', context: fails })
})

test('parameters are numbers and yes or no where they look like it', async () => {
  const { out } = await ask('device install 0018b20000009999 W-1 --parameter w=10 --parameter on=true --parameter note=x --json')
  expect(JSON.parse(out).installations[0].parameters).toEqual({ w: 10, on: true, note: 'x' })
  expect(await ask('device install 0018b20000009999 W-1 --parameter w')).toMatchObject({ code: 2, err: '"w" is not name=value.\n' })
})

describe('orders', () => {
  test('dim says what will happen with date, time and offset of the tenant, wherever it is read', async () => {
    const { code, out } = await ask('command dim L-Foch-014 40 --until 06:00 --expires 10m --reason essai')
    expect(code).toBe(0)
    expect(out).toContain('dim to 40 % - L-Foch-014')
    expect(out).toContain('not after 2026-11-22 22:10:00 +01:00')
    expect(out).toContain('the effect ends 2026-11-23 06:00:00 +01:00')
    expect(out).toContain('ondine command show 2026-11-22-')
    const order = [...fixture.ledger.orders.values()].find(({ reason }) => reason === 'essai')
    expect(order).toMatchObject({
      command: { type: 'dim', level: 40 },
      until: '2026-11-23T05:00:00.000Z',
      expiresAt: '2026-11-22T21:10:00.000Z',
    })
  })

  test.for([
    ['set-interval', 'set-interval L-Foch-014 600', { type: 'set-interval', seconds: 600 }],
    ['set-clock', 'set-clock L-Foch-014 2026-11-22T06:00:00Z', { type: 'set-clock', time: '2026-11-22T06:00:00Z' }],
    ['request-status', 'request-status L-Foch-014', { type: 'request-status' }],
    ['reboot', 'reboot L-Foch-014', { type: 'reboot' }],
  ] as const)('%s is sent as it is said, where the device takes it', async ([name, line, command]) => {
    expect((await ask(`command ${line}`)).err).toContain(`nasys/ul20xx`)
    const { commands } = streetLight
    const fields = Object.keys(command).filter((key) => key !== 'type')
    commands[name] = { input: Object.fromEntries(fields.map((key) => [key, `$${key}`])), limits: {}, confirmed: false }
    try {
      expect(JSON.parse((await ask(`command ${line} --json`)).out).command).toEqual(command)
    } finally {
      delete commands[name]
    }
  })

  test('the same key gives the same order', async () => {
    const one = JSON.parse((await ask('command resume L-Foch-014 --key k-cli --json')).out)
    const two = JSON.parse((await ask('command resume L-Foch-014 --key k-cli --json')).out)
    expect(two.id).toBe(one.id)
  })

  test.for([
    ['acknowledged', true, 0],
    ['transmitted', false, 0],
    ['expired', false, 1],
    ['refused', false, 1],
    ['failed', true, 1],
  ] as const)('--wait follows it to its end: %s', async ([state, confirmed, code]) => {
    const reason = `wait-${state}`
    const asked = ask(`command dim L-Foch-014 40 --wait --reason ${reason}`)
    const order = await vi.waitFor(() => {
      const found = [...fixture.ledger.orders.values()].find((one) => one.reason === reason)
      if (found === undefined) throw new Error('not yet')
      return found
    })
    const steps = [...order.steps, { time: '2026-11-22T21:00:02.000Z', state, code: 'note' as const, context: { text: 'seen' } }]
    await fixture.ledger.update({ ...order, state, confirmed, steps })
    const said = await asked
    expect(said.code).toBe(code)
    expect(said.out).toContain('(seen)')
    if (code === 1) expect(said.err).toContain(`ondine command show ${order.number}`)
  })

  test('show tells its life', async () => {
    const [order] = fixture.ledger.orders.values()
    const { out } = await ask(`command show ${order!.id}`)
    expect(out).toContain('fPort 60  01')
    expect(out).toContain('(by test)')
  })

  test('show says when the effect ends, until when it may be sent, and which order brings it back', async () => {
    const order = JSON.parse((await ask('command dim L-Foch-014 40 --until 06:00 --expires 10m --key pair --json')).out)
    const back = [...fixture.ledger.orders.values()].find(({ returnOf }) => returnOf === order.id)
    const said = await ask(`command show ${order.id}`)
    expect(said.err).toBe('')
    const shown = said.out
    expect(shown).toMatch(/^ {2}effect ends +2026-11-23 06:00:00 \+01:00$/m)
    expect(shown).toMatch(/^ {2}send before +2026-11-22 22:10:00 \+01:00$/m)
    expect(shown).toMatch(new RegExp(`^  return order +${back?.number}$`, 'm'))
    expect((await ask(`command show ${back?.id}`)).out).toMatch(new RegExp(`^  return of +${order.number}$`, 'm'))
    const french = (await ask(`command show ${order.id} --lang fr`)).out
    expect(french).toMatch(/^ {2}fin de l’effet +2026-11-23 06:00/m)
    expect(french).toMatch(/^ {2}à envoyer avant +2026-11-22 22:10/m)
  })

  test.for([
    ['command dim L-Foch-014 140', 2, 'command.level: must be at most 100'],
    ['command dim L-Foch-014 much', 2, 'level does not take "much".'],
    ['command switch L-Foch-014 maybe', 2, 'on|off does not take "maybe".'],
    ['command open V-1', 2, 'The option --minutes is needed.'],
    ['command open V-1 --minutes many', 2, '--minutes does not take "many".'],
    ['command dim L-Foch-014 40 --until soon', 2, '"soon"'],
    ['command dim nowhere 40', 3, 'nowhere'],
    ['command close L-Foch-014', 4, 'close'],
    ['command set-interval L-Foch-014 often', 2, 'ondine command set-interval --help'],
  ] as const)('%s: exit %i', async ([line, code, text]) => {
    const said = await ask(line)
    expect(said.err).toContain(text)
    expect(said.code).toBe(code)
  })
})

test('tail shows readings as they come, one line each, until Ctrl-C', async () => {
  const stop = new AbortController()
  const tail = ask('reading tail --service water', { interrupted: stop.signal, onOut: () => stop.abort() })
  await vi.waitFor(() => expect(fixture.listeners.size).toBe(1))
  fixture.emit(aReading({ service: 'lighting' }))
  fixture.emit(aReading())
  const said = await tail
  expect(said).toMatchObject({ code: 0, err: '' })
  expect(said.out.trim().split('\n')).toHaveLength(1)
  expect(said.out).toMatch(/water +w-7f3k2m9q +volume 318\.442 m³ {2}temperature 8\.5 °C .* 3 gateways {2}SF9 {2}margin 16\.7 dB/)
})

test('of a frame that brings history, tail shows the newest reading; all of them with --history', async () => {
  const history = [aReading({ values: { volume: 1 } }), aReading({ time: '2026-11-22T07:00:00.000Z', values: { volume: 2 } })].map(
    (reading) => ({
      ...reading,
      receivedAt: '2026-11-22T07:05:00.000Z',
    }),
  )
  const other = aReading({ asset: 'w-other', device: '0018b20000001a2c' })
  const frames = [...history.toReversed(), other]
  for (const [line, assets] of [
    ['reading tail --json', ['2 w-7f3k2m9q', '318.442 w-other']],
    ['reading tail --history --json', ['2 w-7f3k2m9q', '1 w-7f3k2m9q', '318.442 w-other']],
  ] as const) {
    await vi.waitFor(() => expect(fixture.listeners.size).toBe(0))
    const stop = new AbortController()
    const tail = ask(line, { interrupted: stop.signal, onOut: (text) => text.includes('w-other') && stop.abort() })
    await vi.waitFor(() => expect(fixture.listeners.size).toBe(1))
    for (const reading of frames) fixture.emit(reading)
    const told = (await tail).out.trim().split('\n')
    expect(told.map((text) => JSON.parse(text)).map(({ values, asset }) => `${values.volume} ${asset}`)).toEqual(assets)
  }
})

test('readings of one asset show every value: measurements, then states, then alarms, however they are stored', async () => {
  const own = await new ApiFixture().start()
  try {
    const environment = { ONDINE_URL: own.url, ONDINE_TOKEN: await own.issue({}) }
    const values = { tamper: true, leak: false, valveOpen: false, zeta: 1, batteryVoltage: 3.58, flow: 0.1, fill: 40, volume: 318.442 }
    const turned = Object.fromEntries(Object.entries(values).toReversed())
    await own.readings.write([aReading({ values }), aReading({ values: turned, time: '2026-11-22T07:00:00.000Z' })])
    const one = (await ask('reading list w-7f3k2m9q', { environment })).out.trim().split('\n').slice(1)
    const all = 'volume 318.442 m³  flow 0.1 m³/s  fill 40 %  batteryVoltage 3.58 V  zeta 1  valveOpen false  tamper true'
    expect(one.map((line) => line.split('\t')[3])).toEqual([all, all])
    expect((await ask('reading list', { environment })).out).toContain('batteryVoltage 3.58 V  +3\n')
    const light = { tiltAngle: 2, lampOnTime: 60, energy: 5, level: 40 }
    await own.readings.write([aReading({ values: light, asset: 'L-Foch-014', service: 'lighting', device: '70b3d54b10000001' })])
    expect((await ask('reading list L-Foch-014', { environment })).out).toContain(
      'level 40 %  energy 5 kWh  tiltAngle 2 °  lampOnTime 60 s',
    )
  } finally {
    await own.stop()
  }
})

describe('frames kept aside', () => {
  test('with what mends each', async () => {
    const { code, out } = await ask('deadletters list')
    expect(code).toBe(0)
    expect(out).toMatch(/\tunknown-model\tno model\tondine device install$/m)
    expect((await ask('deadletters list --reason unknown-model --json')).out).toContain('unknown-model')
  })

  test.for(['--reason not-installed', '--device 0018b20000001a2b'])('none with %s', async (option) => {
    expect(JSON.parse((await ask(`deadletters list ${option} --json`)).out).items).toEqual([])
  })
})

test('an empty table says that nothing matches; not among the rows', async () => {
  expect(await ask('gateway list --tenant paris')).toMatchObject({ code: 0 })
  expect(await ask('device list --tenant paris')).toEqual({
    code: 0,
    out: 'devEui\tservice\tasset\tmodel\tstatus\tlast seen\n',
    err: 'Nothing matches.\n',
  })
  expect(await ask('device list --tenant paris', { isTerminal: true })).toEqual({ code: 0, out: 'Nothing matches.\n', err: '' })
  expect(await ask('device list --tenant paris --json')).toMatchObject({ err: '' })
})

test('tail says that the server ended it: nobody is to wait for what cannot come', async () => {
  const own = await new ApiFixture().start()
  const tail = cli(['reading', 'tail'], { environment: { ONDINE_URL: own.url, ONDINE_TOKEN: await own.issue({}) } })
  await vi.waitFor(() => expect(own.listeners.size).toBe(1))
  await own.stop()
  expect(await tail).toMatchObject({ code: 5, err: expect.stringContaining('The server ended the stream') })
})

test('a new token is shown once', async () => {
  const said = await ask('token create app --role reader --tenant tours --service water --service lighting')
  expect(said.code).toBe(0)
  const token = said.out.trim().split('\n').at(-1)
  expect(token).toMatch(/^ond_/)
  expect(await ask('device list --json', { environment: { ONDINE_TOKEN: token ?? '' } })).toMatchObject({ code: 0 })
  expect((await ask('token list')).out).toMatch(/^app\treader\ttours\twater lighting\t-$/m)
})

test('token list goes on where it stopped; the oldest of more than a page can be revoked', async () => {
  const own = await new ApiFixture().start()
  try {
    const environment = { ONDINE_URL: own.url, ONDINE_TOKEN: await own.issue({ account: 'root' }) }
    for (let count = 0; count < 1000; count++) await own.issue({ role: 'reader' })
    const first = await ask('token list --limit 1000', { environment })
    const cursor = /--cursor (\S+)/.exec(first.out)?.[1]
    expect(first.out).not.toMatch(/^root/m)
    const rest = await ask(`token list --json --limit 1000 --cursor ${cursor}`, { environment })
    expect(JSON.parse(rest.out)).toMatchObject({ items: [{ name: 'root' }], cursor: null })
    expect(await ask('token revoke root', { environment })).toMatchObject({ code: 0 })
    expect(own.tokens.kept[0]).toMatchObject({ name: 'root', revokedAt: expect.any(String) })
  } finally {
    await own.stop()
  }
})

test('a revoked token is refused from then on', async () => {
  const made = await ask('token create leaked --role reader --tenant tours')
  const environment = { ONDINE_TOKEN: made.out.trim().split('\n').at(-1) ?? '' }
  expect(await ask('token revoke leaked --tenant blois')).toMatchObject({ code: 3 })
  expect(await ask('token revoke leaked')).toMatchObject({ code: 0, out: expect.stringContaining('leaked') })
  expect(await ask('device list', { environment })).toMatchObject({ code: 4 })
  expect(await ask('token revoke leaked')).toMatchObject({ code: 3 })
})

describe('what goes wrong', () => {
  test.for([
    ['device show ffffffffffffffff', 3, 'There is no device ffffffffffffffff'],
    ['device show 12', 2, 'devEui'],
    ['reading list NOPE', 3, 'There is no asset "NOPE"'],
    ['reading tail NOPE', 3, 'There is no asset "NOPE"'],
    ['token create late --role reader --tenant tours --expires 2020-01-01T00:00:00Z', 2, '2020-01-01T00:00:00.000Z, which is past'],
    ['status --url http://user:secret@127.0.0.1:1', 2, '--token'],
    ['status --url user:secret@127.0.0.1:1', 2, '--token'],
    ['deadletters list --from yesterday', 2, 'from'],
  ] as const)('%s: exit %i', async ([line, code, text]) => {
    const said = await ask(line)
    expect(said.err).toContain(text)
    expect(said.err.trim().split('\n')).toHaveLength(1)
    expect(said.err).not.toContain('secret')
    expect(said.code).toBe(code)
  })

  test('a token that may not: 4, in the reader’s language', async () => {
    const said = await ask('command dim L-Foch-014 40 --lang fr', { environment: { ONDINE_TOKEN: reader } })
    expect(said).toMatchObject({ code: 4, out: '' })
    expect(said.err).toContain('Le rôle reader ne peut pas')
    expect((await ask('status', { environment: { ONDINE_TOKEN: 'wrong' } })).code).toBe(4)
  })

  test.for([
    ['device show 12', 'devEui: doit compter 16 chiffres hexadécimaux'],
    ['device list --limit 0', 'limit: doit être au moins 1'],
    ['command dim L-Foch-014 140', 'command.level: doit être au plus 100'],
    ['command open L-Foch-014 --minutes 1.5', 'command.minutes: nombre entier attendu'],
    ['deadletters list --from hier', 'from: doit être une date et une heure telles que 2026-11-22T06:00:00Z'],
    ['reading tail --service é', 'service: n’admet que lettres, chiffres'],
    ['device install 0018b20000009999 W-1 --model axioma', 'model: doit être de la forme vendor/model'],
  ] as const)('%s: in French to the last word', async ([line, text]) => {
    expect(await ask(`${line} --lang fr`)).toMatchObject({
      code: 2,
      err: expect.stringContaining(`La requête n’est pas correcte : ${text}`),
    })
  })

  test.for([
    [{ ONDINE_LISTEN_PORT: 'x' }, 'listen.port : nombre attendu (ONDINE_LISTEN_PORT="x").'],
    [{ ONDINE_LISTEN_HOST: '0.0.0.0' }, 'listen : une adresse autre que la boucle locale exige'],
    [{ ONDINE_LISTEN_PROT: '1' }, 'ONDINE_LISTEN_PROT : aucune clé ne porte ce nom.'],
    [{ ONDINE_LOG_LEVEL: 'loud' }, 'log.level : doit être l’un de trace, debug, info, warn, error (ONDINE_LOG_LEVEL="loud").'],
    [{ ONDINE_CHIRPSTACK_URL: 'http://c' }, 'chirpstack.token : valeur manquante.'],
    [{ ONDINE_BROKER_URL: 'http://c' }, 'broker.url : doit être une adresse commençant par mqtt:// ou mqtts://'],
  ] as const)('a configuration that is wrong, in French: %j', async ([environment, text]) => {
    const said = await cli(['config', 'check', '--lang', 'fr'], { environment })
    expect(said).toMatchObject({ code: 2, err: expect.stringContaining(`Clé de configuration ${text}`) })
  })

  test('nobody there: 5', async () => {
    const said = await cli(['status', '--url', 'http://127.0.0.1:1', '--token', 'x'])
    expect(said).toMatchObject({ code: 5, out: '' })
    expect(said.err).toContain('npx ondine start')
    expect(said.err).not.toMatch(/ {4}at /)
  })

  test('with --json the error is JSON too', async () => {
    const said = await ask('device show ffffffffffffffff --json')
    expect(JSON.parse(said.err)).toMatchObject({ error: { code: 'inventory.device-not-found', context: { devEui: 'ffffffffffffffff' } } })
    const usage = await ask('device shoe --json')
    expect(JSON.parse(usage.err)).toMatchObject({ error: { code: 'cli.usage' } })
  })

  test('the trace is shown with --debug only', async () => {
    expect((await ask('device show ffffffffffffffff')).err).not.toMatch(/ {4}at /)
    expect((await ask('device show ffffffffffffffff --debug')).err).toMatch(/ {4}at /)
  })
})

describe('finding the server', () => {
  test('on its own host, by server.json and admin.token of the data directory', async () => {
    await writeFile(join(fixture.dataDir, 'admin.token'), `${admin}\n`)
    const said = await cli(['device', 'list', '--json'], { environment: { ONDINE_DATA_DIR: fixture.dataDir } })
    expect(said).toMatchObject({ code: 0, err: '' })
  })

  test('options win over the environment', async () => {
    const said = await ask(`status --json --url http://127.0.0.1:1 --token ${admin}`)
    expect(said.code).toBe(5)
  })

  test.for(['http://ondine.example', 'http://127.0.0.1:PORT', 'http://localhost:PORT'])(
    'the local token is never sent elsewhere, not even on this host: %s',
    async (elsewhere) => {
      const heard: string[] = []
      const stranger = createServer((request, response) => {
        heard.push(JSON.stringify(request.headers))
        response.end()
      }).listen(0, '127.0.0.1')
      await once(stranger, 'listening')
      const address = stranger.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      await writeFile(join(fixture.dataDir, 'admin.token'), `${admin}\n`)
      const environment = { ONDINE_DATA_DIR: fixture.dataDir }
      const said = await cli(['status', '--url', elsewhere.replace('PORT', String(port))], { environment })
      expect(said).toMatchObject({ code: 4, err: expect.stringContaining('--token') })
      expect(await cli(['status', '--url', `${fixture.url}/`], { environment })).toMatchObject({ code: 0 })
      expect(heard).toEqual([])
      stranger.close()
    },
  )

  test.for([
    ['no server.json', undefined],
    ['a server that was killed', (url: string) => JSON.stringify({ url, pid: 2 ** 31 - 1 })],
    ['a file that was cut short', () => '{"url":'],
  ] as const)('%s: nobody is asked, whoever listens at the port', async ([, content]) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'ondine-connect-'))
    try {
      await writeFile(join(dataDir, 'admin.token'), `${admin}\n`)
      if (content !== undefined) await writeFile(join(dataDir, 'server.json'), content(fixture.url))
      const environment = { ONDINE_DATA_DIR: dataDir, ONDINE_LISTEN_PORT: String(fixture.port) }
      const said = await cli(['status'], { environment })
      expect(said).toMatchObject({ code: 5, out: '', err: expect.stringContaining(`No server runs with the data directory ${dataDir}.`) })
      const asked = await cli(['status', '--token', admin, '--lang', 'fr'], { environment })
      expect(asked).toMatchObject({ code: 5, err: expect.stringContaining('Aucun serveur') })
    } finally {
      await rm(dataDir, { recursive: true })
    }
  })

  test('an address that is none', async () => {
    expect(await cli(['status', '--url', 'not an address', '--token', 'x'])).toMatchObject({ code: 2 })
  })
})

describe('doctor', () => {
  test('says what is wrong and what to do, and ends with 1', async () => {
    fixture.findings = [
      { check: 'broker', outcome: 'ok', code: 'broker-reached', context: { url: 'mqtt://b' } },
      { check: 'events', outcome: 'wrong', code: 'qos-zero', context: { count: 3 } },
      { check: 'joins', outcome: 'wrong', code: 'never-joined', context: { count: 3, wrongKey: 2, usedNonce: 0, never: 1 } },
      { check: 'radio', outcome: 'unknown', code: 'blind-to-radio', context: {} },
    ]
    const said = await ask('doctor')
    expect(said.code).toBe(1)
    expect(said.out).toContain('✓ Broker answers at mqtt://b')
    expect(said.out).toContain('✗ ChirpStack publishes at QoS 0 (3 events)')
    expect(said.out).toContain('qos = 1, client_id = "chirpstack-integration", clean_session = false')
    expect(said.out).toContain('3 devices never joined: 2 wrong key (UPLINK_MIC), 1 never heard')
    expect(said.out).toContain('? Not visible from here')
    expect((await ask('doctor --lang fr')).out).toContain('✗ ChirpStack publie en QoS 0')
  })

  test('all well: 0', async () => {
    fixture.findings = [{ check: 'codecs', outcome: 'ok', code: 'codecs-work', context: {} }]
    expect(await ask('doctor')).toMatchObject({ code: 0, err: '' })
  })

  test('without its server, checks the configuration here and says what it cannot see', async () => {
    const silent = await cli(['doctor', '--url', 'http://127.0.0.1:1', '--token', admin])
    expect(silent.code).toBe(5)
    expect(silent.out).toContain('✗ No answer from http://127.0.0.1:1')
    const said = await cli(['doctor'])
    expect(said.code).toBe(5)
    expect(said.out).toContain('✗ No server runs with the data directory')
    expect(said.out).toContain('✓ The configuration is right')
    expect(said.out).toContain('? Without the server')
  })
})

test('config check: each key that is wrong, and 2', async () => {
  const said = await cli(['config', 'check'], { environment: { ONDINE_LISTEN_PORT: 'high' } })
  expect(said.code).toBe(2)
  expect(said.err).toContain('listen.port')
})

test('config check and start say the same of files that are not there, and end with 2', async () => {
  const environment = { ONDINE_LISTEN_TLS_CERT: '/nowhere/cert.pem', ONDINE_LISTEN_TLS_KEY: '/nowhere/key.pem' }
  const checked = await cli(['config', 'check'], { environment })
  expect(checked).toMatchObject({ code: 2, err: expect.stringContaining('listen.tls.cert: the file /nowhere/cert.pem') })
  expect(checked.out).toContain('listen.tls.key')
  expect(await cli(['start'], { environment })).toEqual({ code: 2, out: '', err: checked.err })
})

test('config check looks into folders of models: those that are missing or hold none, models that are refused', async () => {
  const folder = new ModelFolder()
  try {
    folder.put()
    folder.put('acme/broken')
    folder.write('codecs/acme/broken/model.yaml', 'colour: blue')
    const folders = (...names: string[]) => ({ ONDINE_CODECS_FOLDERS: names.join(',') })
    const environment = folders(folder.codecs, join(folder.root, 'none'), join(folder.codecs, 'acme'))
    const { code, out, err } = await cli(['config', 'check'], { environment })
    expect(code).toBe(2)
    expect(err).toMatch(/acme\/broken\/model\.yaml: .*This model is left out/)
    expect(out).toContain(`codecs.folders[1]: there is no folder ${folder.root}/none.`)
    expect(out).toContain(`codecs.folders[2]: ${folder.codecs}/acme holds no model; one would be at `)
    rmSync(join(folder.codecs, 'acme/broken'), { recursive: true })
    expect(await cli(['config', 'check'], { environment: folders(folder.codecs) })).toMatchObject({ code: 0, err: '' })
  } finally {
    folder.remove()
  }
})

test('config check: each server that does not answer, and 2', async () => {
  const environment = { ONDINE_CHIRPSTACK_URL: 'http://127.0.0.1:1', ONDINE_CHIRPSTACK_TOKEN: 'x', ONDINE_BROKER_URL: 'mqtt://127.0.0.1:2' }
  const said = await cli(['config', 'check'], { environment })
  expect(said.code).toBe(2)
  expect(said.err).toContain('chirpstack.url: nothing answers at 127.0.0.1:1')
  expect(said.out).toContain('broker.url: nothing answers at 127.0.0.1:2')
})
