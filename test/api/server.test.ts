import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createClient, NotOndineError, ProblemError } from '../../src/api/contract/client.ts'
import { ApiFixture } from '../support/api-fixture.ts'
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

describe('problem details', () => {
  test('a field that is not right is named with its path', async () => {
    const response = await fixture.post('/v1/commands', admin, { asset: 'L-Foch-014', command: { type: 'dim', level: 140 } })
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({ code: 'api.invalid', title: 'Bad Request', errors: [{ path: 'command.level' }] })
  })

  test('each key that is not known is named', async () => {
    const response = await fixture.post('/v1/commands', admin, {
      asset: 'L-Foch-014',
      command: { type: 'dim', level: 1 },
      untill: 'x',
      fro: 1,
    })
    expect(await response.json()).toMatchObject({
      code: 'api.invalid',
      detail: 'The request is not as it should be: untill: no such key; fro: no such key.',
      errors: [
        { path: 'untill', code: 'value.unknown-key' },
        { path: 'fro', code: 'value.unknown-key' },
      ],
    })
  })

  test('a query that is not right', async () => {
    const response = await fixture.fetch('/v1/devices?limit=0', { token: admin })
    expect(await response.json()).toMatchObject({ status: 400, code: 'api.invalid', errors: [{ path: 'limit' }] })
  })

  test.for([
    ['GET', '/v1/devices?model=a%00b', 'model'],
    ['GET', '/v1/readings?cursor=%00', 'cursor'],
    ['GET', '/v1/dead-letters?reason=x&reason=a%00', 'reason.1'],
    ['GET', '/v1/commands/a%00', 'id'],
    ['POST', '/v1/commands', 'reason'],
  ] as const)('a text with U+0000, which PostgreSQL does not take: %s %s', async ([method, path, field]) => {
    const body = { asset: 'L-Foch-014', command: { type: 'dim', level: 1 }, reason: 'a\0b' }
    const response = method === 'GET' ? await fixture.fetch(path, { token: admin }) : await fixture.post(path, admin, body)
    expect(await response.json()).toMatchObject({
      status: 400,
      code: 'api.invalid',
      detail: `The request is not as it should be: ${field}: must not contain the character U+0000.`,
      errors: [{ path: field }],
    })
  })

  test('a body that is no JSON', async () => {
    const response = await fixture.fetch('/v1/commands', {
      method: 'POST',
      token: admin,
      body: '{"asset":',
      headers: { 'content-type': 'application/json' },
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'api.malformed' })
  })

  test('a body that is too large', async () => {
    const response = await fixture.post('/v1/commands', admin, { asset: 'x'.repeat(1_100_000) }).catch(() => undefined)
    if (response !== undefined) expect(await response.json()).toMatchObject({ status: 413, code: 'api.too-large' })
    expect((await fixture.fetch('/health/live')).status).toBe(200)
  })

  test('a route that is not there: closed to strangers, told to the others', async () => {
    expect((await fixture.fetch('/v1/nothing')).status).toBe(401)
    const response = await fixture.fetch('/v1/nothing', { token: admin })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'api.no-route', context: { method: 'GET', path: '/v1/nothing' } })
    expect((await fixture.fetch('/other')).status).toBe(404)
  })

  test('a role that may not', async () => {
    const order = await fixture.post('/v1/commands', reader, { asset: 'L-Foch-014', command: { type: 'dim', level: 40 } })
    expect(order.status).toBe(403)
    expect((await fixture.fetch('/v1/doctor', { token: reader })).status).toBe(403)
    expect((await fixture.fetch('/v1/tokens', { token: reader })).status).toBe(403)
  })

  test('what we did not expect says nothing of our insides, the log does', async () => {
    vi.spyOn(fixture.readings, 'list').mockRejectedValueOnce(new Error('SELECT secret FROM insides'))
    const response = await fixture.fetch('/v1/readings', { token: admin })
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('insides')
    expect(fixture.logLines.join('')).toContain('insides')
  })
})

test('neither a token nor a query reaches the log', async () => {
  await fixture.fetch('/v1/devices?tenant=looked-for', { token: admin })
  await vi.waitFor(() => expect(fixture.logLines.join('')).toContain('/v1/devices'))
  expect(fixture.logLines.join('')).not.toContain(admin)
  expect(fixture.logLines.join('')).not.toContain('looked-for')
})

test('a token is shown once and works', async () => {
  const response = await fixture.post('/v1/tokens', admin, { name: 'console', role: 'reader', tenant: 'tours' })
  expect(response.status).toBe(201)
  const created = (await response.json()) as { token: string }
  expect((await fixture.fetch('/v1/devices', { token: created.token })).status).toBe(200)
  const list = await (await fixture.fetch('/v1/tokens', { token: admin })).text()
  expect(list).toContain('console')
  expect(list).not.toContain(created.token)
  expect(list).not.toContain('hash')
})

test('the header Idempotency-Key gives the same order again', async () => {
  const body = { asset: 'L-Foch-014', command: { type: 'dim', level: 10 } }
  const ask = async () =>
    ((await (await fixture.post('/v1/commands', admin, body, { 'idempotency-key': 'k-1' })).json()) as { id: string }).id
  expect(await ask()).toBe(await ask())
})

test.for(['', 'k'.repeat(201)])('an Idempotency-Key that is none is wrong use (%#)', async (key) => {
  const body = { asset: 'L-Foch-014', command: { type: 'dim', level: 10 } }
  const response = await fixture.post('/v1/commands', admin, body, { 'idempotency-key': key })
  expect(await response.json()).toMatchObject({ status: 400, code: 'api.invalid' })
})

describe('an installation is held to the model', () => {
  const install = async (devEui: string, body: unknown) => {
    const response = await fixture.fetch(`/v1/devices/${devEui}/installation`, {
      method: 'PUT',
      token: admin,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
    return (await response.json()) as { status: number; code?: string; detail?: string; installations?: unknown[] }
  }
  const model = 'milesight/em400-mud'
  const device = '0018b20000009999'

  test.for([
    [{ emptyDistance: 44, pulseWeight: 10, container: '3 m3' }, 'emptyDistance=44, pulseWeight=10'],
    [{ emptyDistance: '2.1' }, 'emptyDistance=2.1'],
    [{ emptyDistance: 0.1, toString: 1 }, 'toString=1'],
  ] as const)('parameters that are not declared or out of their range are refused with the list: %j', async ([parameters, refused]) => {
    expect(await install(device, { asset: 'B-1', model, parameters })).toMatchObject({
      status: 422,
      code: 'install.parameters-refused',
      detail: `${model} does not take ${refused}. Its parameters are: emptyDistance (0.1–10 m), container.`,
    })
  })

  test('without a required parameter it is refused with those that are missing', async () => {
    expect(await install(device, { asset: 'B-1', model, parameters: { container: '3 m3' } })).toMatchObject({
      status: 422,
      code: 'install.parameters-missing',
      detail: `${model} cannot be installed without emptyDistance (0.1–10 m). Measure it on the spot and give it too.`,
    })
  })

  test('by the model the device already has, too', async () => {
    const refused = await install('70b3d54b10000001', { asset: 'L-Foch-014', parameters: { x: 1 } })
    expect(refused).toMatchObject({ status: 422, code: 'install.no-parameters' })
    expect(await install('70b3d54b10000001', { asset: 'L-Foch-014', channel: 'relay' })).toMatchObject({ code: 'install.channel-unknown' })
  })

  test('a model that is none', async () => {
    expect(await install(device, { asset: 'B-1', model: 'milesight/typo' })).toMatchObject({ status: 404, code: 'codec.unknown-model' })
  })

  test('what is declared and within its range is taken', async () => {
    const taken = await install(device, { asset: 'B-1', model, parameters: { emptyDistance: 10, container: '3 m3' } })
    expect(taken.installations).toMatchObject([{ parameters: { emptyDistance: 10, container: '3 m3' } }])
  })
})

describe('readings', () => {
  test.for(['/v1/readings?asset=w-7f3k2m9q', '/v1/readings?asset=nowhere', '/v1/stream?asset=w-7f3k2m9q', '/v1/stream?asset=nowhere'])(
    'of an asset that the token does not see: 404, and not an empty answer: %s',
    async (path) => {
      const response = await fixture.fetch(path, { token: await fixture.issue({ tenant: 'blois' }) })
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ code: 'inventory.asset-not-found' })
    },
  )

  test('of one asset, paged by cursor, oldest first', async () => {
    const client = createClient({ url: fixture.url, token: admin })
    const query = { slug: 'w-7f3k2m9q', limit: 1, order: 'oldest' } as const
    const first = await client.assets.readings(query)
    expect(first.items.map(({ time }) => time)).toEqual(['2026-11-22T06:00:00.000Z'])
    const second = await client.assets.readings({ ...query, cursor: first.cursor ?? '' })
    expect(second.items.map(({ time }) => time)).toEqual(['2026-11-22T07:00:00.000Z'])
    expect(second.cursor).toBeNull()
  })

  test('bounds with an offset are instants', async () => {
    const client = createClient({ url: fixture.url, token: admin })
    const page = await client.readings.list({ asset: 'w-7f3k2m9q', from: '2026-11-22T07:30:00+01:00' })
    expect(page.items.map(({ time }) => time)).toEqual(['2026-11-22T07:00:00.000Z'])
  })

  test('state: the last value of each measurement with its time', async () => {
    const client = createClient({ url: fixture.url, token: admin })
    const { values } = await client.assets.state({ slug: 'w-7f3k2m9q' })
    expect(values.volume).toEqual({ value: 318.442, time: '2026-11-22T07:00:00.000Z', device: '0018b20000001a2b', flag: null })
  })

  test('the stream gives what the token may see, and ends when its reader goes', async () => {
    const client = createClient({ url: fixture.url, token: reader })
    const gone = new AbortController()
    const stream = await client.readings.stream({}, { signal: gone.signal })
    await vi.waitFor(() => expect(fixture.listeners.size).toBe(1))
    fixture.emit(aReading({ tenant: 'blois', asset: 'secret' }))
    fixture.emit(aReading({ time: '2026-11-22T08:00:00.000Z' }))
    const { value } = await stream.next()
    expect(value).toMatchObject({ tenant: 'tours', time: '2026-11-22T08:00:00.000Z' })
    gone.abort()
    await vi.waitFor(() => expect(fixture.listeners.size).toBe(0))
  })
})

describe('a stream ends by itself', () => {
  test.for([
    ['its token was revoked', { revokedAt: '2026-11-22T20:59:00.000Z' }],
    ['its token expired', { expiresAt: '2026-11-22T20:59:00.000Z' }],
  ] as const)('when %s, and no other does', async ([, change]) => {
    const own = await new ApiFixture({ authenticateEveryMs: 20 }).start()
    try {
      const tokens = [await own.issue({}), await own.issue({})]
      const streams = await Promise.all(tokens.map((token) => createClient({ url: own.url, token }).readings.stream({})))
      await vi.waitFor(() => expect(own.listeners.size).toBe(2))
      Object.assign(own.tokens.kept[0]!, change)
      expect((await streams[0]!.next()).done).toBe(true)
      await vi.waitFor(() => expect(own.listeners.size).toBe(1))
      const asked = vi.spyOn(own.tokens, 'byHash')
      await vi.waitFor(() => expect(asked.mock.calls.length).toBeGreaterThan(2))
      own.emit(aReading())
      expect((await streams[1]!.next()).done).toBe(false)
    } finally {
      await own.stop()
    }
  })

  test('when nobody can say whether its token is in force', async () => {
    const own = await new ApiFixture({ authenticateEveryMs: 20 }).start()
    try {
      const stream = await createClient({ url: own.url, token: await own.issue({}) }).readings.stream({})
      await vi.waitFor(() => expect(own.listeners.size).toBe(1))
      vi.spyOn(own.tokens, 'byHash').mockReturnValue(new Promise(() => {}))
      expect((await stream.next()).done).toBe(true)
    } finally {
      await own.stop()
    }
  })
})

describe('open pages', () => {
  test('health', async () => {
    expect(await (await fixture.fetch('/health/live')).json()).toEqual({ live: true })
    expect((await fixture.fetch('/health/ready')).status).toBe(200)
    fixture.ready = false
    const response = await fixture.fetch('/health/ready')
    fixture.ready = true
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({ ready: false, parts: { store: false } })
  })

  test('metrics from this machine; through a proxy only with a token', async () => {
    expect(await (await fixture.fetch('/metrics')).text()).toContain('ondine_up 1')
    const headers = { 'x-forwarded-for': '203.0.113.9' }
    expect((await fixture.fetch('/metrics', { headers })).status).toBe(401)
    expect((await fixture.fetch('/metrics', { headers, token: reader })).status).toBe(200)
  })

  test('metrics behind a declared proxy: nobody is local, for it need not say whom it asks for', async () => {
    const proxied = await new ApiFixture({ trustedProxy: true }).start()
    try {
      expect((await proxied.fetch('/metrics')).status).toBe(401)
      expect((await proxied.fetch('/metrics', { token: await proxied.issue({ role: 'reader' }) })).status).toBe(200)
    } finally {
      await proxied.stop()
    }
  })

  test('OpenAPI 3.1 describes every route, with problems', async () => {
    const document = (await (await fixture.fetch('/openapi.json')).json()) as {
      openapi: string
      paths: Record<string, Record<string, unknown>>
    }
    expect(document.openapi).toMatch(/^3\.1/)
    expect(Object.keys(document.paths)).toContain('/v1/assets/{slug}/readings')
    for (const [path, item] of Object.entries(document.paths)) {
      for (const operation of Object.values(item)) expect(operation, path).toHaveProperty('responses.default.content')
    }
    expect(JSON.stringify(document)).toContain('"Bearer"'.toLowerCase())
  })

  test('every field of a request or an answer is described', async () => {
    const document = (await (await fixture.fetch('/openapi.json')).json()) as {
      components: { schemas: Record<string, unknown> }
      paths: Record<string, Record<string, { parameters?: Parameter[] }>>
    }
    const parameters = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, operation]) =>
        (operation.parameters ?? [])
          .filter(({ description, schema }) => description === undefined && schema?.description === undefined)
          .map(({ name }) => `${method} ${path} ?${name}`),
      ),
    )
    // Orders are described by their commands; an event's id and retry are those of server-sent events.
    const excused = /^components\.schemas\.Order\.|^paths\.\/v1\/commands\.post\.requestBody\.|^paths\.\/v1\/stream\./
    expect([...parameters, ...undescribed(document, '').filter((field) => !excused.test(field))]).toEqual([])
    expect(undescribed({ properties: { a: { type: 'object', properties: { b: {} } } } }, 'x')).toEqual(['x.a', 'x.a.b'])
  })

  test('the documentation asks nothing of the outside', async () => {
    const response = await fixture.fetch('/docs')
    const html = await response.text()
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(html).toContain('/v1/assets/{slug}/readings')
    expect(html).toContain('id="problem-api.invalid"')
    expect(html).toContain('There is no device {devEui} within your access.')
    expect(html).not.toMatch(/undefined|\[object/)
    expect(html).not.toMatch(/<script|<link|<img|src=|url\(|@import/)
  })

  test('headers of every answer', async () => {
    for (const path of ['/health/live', '/v1/devices', '/nothing', '/docs']) {
      const { headers } = await fixture.fetch(path)
      expect(headers.get('x-content-type-options'), path).toBe('nosniff')
      expect(headers.get('cache-control'), path).toBe('no-store')
      expect(headers.get('x-powered-by'), path).toBeNull()
      expect(headers.get('content-security-policy'), path).toContain("default-src 'none'")
    }
  })
})

describe('listening', () => {
  test('a port that is taken is answered by the next free one, and server.json says which', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const address = other.address()
    const taken = typeof address === 'object' && address !== null ? address.port : 0
    const second = await new ApiFixture({ port: taken }).start()
    expect(second.port).toBeGreaterThan(taken)
    expect(JSON.parse(await readFile(join(second.dataDir, 'server.json'), 'utf8'))).toEqual({ url: second.url, pid: process.pid })
    await second.server?.stop()
    await expect(stat(join(second.dataDir, 'server.json'))).rejects.toThrow('ENOENT')
    await second.stop()
    other.close()
  })

  test('stopping ends an open stream', async () => {
    const own = await new ApiFixture().start()
    const client = createClient({ url: own.url, token: await own.tokens.issue({}) })
    const stream = await client.readings.stream({})
    await vi.waitFor(() => expect(own.listeners.size).toBe(1))
    const next = stream.next().catch(() => ({ done: true }))
    await own.stop()
    expect((await next).done).toBe(true)
  })
})

describe('the client', () => {
  test('tells what the server refused', async () => {
    const client = createClient({ url: fixture.url, token: admin })
    const error = await client.devices.get({ devEui: 'ffffffffffffffff' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ProblemError)
    expect(error).toMatchObject({ problem: { status: 404, code: 'inventory.device-not-found', context: { devEui: 'ffffffffffffffff' } } })
  })

  test('tells silence and strangers apart', async () => {
    const silent = createClient({ url: 'http://127.0.0.1:1', token: 'x' })
    await expect(silent.status.get()).rejects.toMatchObject({ code: 'cli.unreachable', context: { reason: expect.any(String) } })
    const { createServer: createHttp } = await import('node:http')
    const stranger = createHttp((_request, response) => void response.writeHead(404).end('<html>')).listen(0, '127.0.0.1')
    await new Promise((resolve) => stranger.once('listening', resolve))
    const address = stranger.address()
    const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
    await expect(createClient({ url, token: 'x' }).status.get()).rejects.toBeInstanceOf(NotOndineError)
    stranger.close()
  })
})

interface Parameter {
  name: string
  description?: string
  schema?: { description?: string }
}

/** Properties of the schemas within `value` that have neither a description nor a single value nor a schema of their own name. */
function undescribed(value: unknown, at: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const place = at === '' ? key : `${at}.${key}`
    if (key !== 'properties' || typeof inner !== 'object' || inner === null) return undescribed(inner, place)
    return Object.entries(inner).flatMap(([name, field]: [string, object]) => {
      const told = 'description' in field || 'const' in field || '$ref' in field
      return [...(told ? [] : [`${at}.${name}`]), ...undescribed(field, `${at}.${name}`)]
    })
  })
}
