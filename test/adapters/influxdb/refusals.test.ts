import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { InfluxdbReadingStore } from '../../../src/adapters/influxdb/influxdb-reading-store.ts'
import { aReading, everything, minute } from '../../support/reading-builder.ts'

/** What the server does with one request; `stored` collects the lines it takes. */
type Behaviour = (lines: readonly string[], response: ServerResponse, request: IncomingMessage) => void

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A server that behaves as told, and a store that writes to it. */
async function storeOn(
  behaviour: Behaviour,
  timeout = 10_000,
  more: { kind?: 'influxdb3'; token?: string; writing?: { gzipAbove: number } } = {},
): Promise<InfluxdbReadingStore> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    behaviour(Buffer.concat(chunks).toString().split('\n'), response, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const store = new InfluxdbReadingStore({ kind: 'influxdb1', url: `http://127.0.0.1:${port}`, ...more }, { timeout })
  closing.push(async () => {
    await store.stop()
    server.closeAllConnections()
    server.close()
  })
  return store
}

function answer(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

const readings = Array.from({ length: 300 }, (_, index) => aReading({ time: minute(index), values: { volume: index } }))
const bad = [3, 4, 150, 299]
const isBad = (line: string) => bad.some((index) => line.includes(` volume=${index},`))

describe('lines that the server will never take', () => {
  test.for([
    ['400, the good lines stored (1.x)', 400, true],
    ['422, the good lines stored (2.x)', 422, true],
    ['400, nothing stored (2.x, a line that does not parse)', 400, false],
  ] as const)('%s', async ([, status, storesGood]) => {
    const stored = new Set<string>()
    let requests = 0
    const store = await storeOn((lines, response) => {
      requests += 1
      const faulty = lines.some(isBad)
      if (!faulty || storesGood) for (const line of lines.filter((candidate) => !isBad(candidate))) stored.add(line)
      if (faulty) answer(response, status, { error: 'partial write: field type conflict' })
      else answer(response, 204)
    })
    const { rejected } = await store.write(readings)
    expect(rejected).toEqual(bad.map((index) => ({ reading: readings[index], reason: 'partial write: field type conflict' })))
    expect(stored.size).toBe(readings.length - bad.length)
    expect(requests).toBeLessThan(2 * bad.length * Math.ceil(Math.log2(readings.length)) + 2)
  })

  test('a body that is too large is divided', async () => {
    const stored = new Set<string>()
    const store = await storeOn((lines, response) => {
      if (lines.length > 100) return answer(response, 413, { error: 'Request Entity Too Large' })
      for (const line of lines) stored.add(line)
      answer(response, 204)
    })
    expect(await store.write(readings)).toEqual({ rejected: [] })
    expect(stored.size).toBe(readings.length)
  })
})

describe('a refusal that names no line', () => {
  const proxys = (response: ServerResponse) => response.writeHead(400, { 'content-type': 'text/html' }).end('<h1>400 Bad Request</h1>')

  test('of whatever is sent: nothing is given up', async () => {
    const store = await storeOn((_, response) => proxys(response))
    await expect(store.write(readings)).rejects.toMatchObject({ code: 'store.unreachable' })
  })

  test('of one line only: it is handed back', async () => {
    const store = await storeOn((lines, response) => (lines.some(isBad) ? proxys(response) : answer(response, 204)))
    const { rejected } = await store.write(readings)
    expect(rejected.map(({ reading }) => reading)).toEqual(bad.map((index) => readings[index]))
  })

  test('a body that is too large even with a single short line is no fault of the line', async () => {
    const store = await storeOn((_, response) => answer(response, 413, { error: 'Request Entity Too Large' }))
    await expect(store.write(readings)).rejects.toMatchObject({ code: 'store.unreachable' })
  })
})

test('a type that a whole model has wrong costs few requests', async () => {
  let requests = 0
  const wrong = (line: string) => line.includes(' volume="')
  const store = await storeOn((lines, response) => {
    requests += 1
    const dropped = lines.filter(wrong).length
    if (dropped === 0) return answer(response, 204)
    const what = 'field type conflict: input field "volume" on measurement "water-meter" is type string, already exists as type float'
    return answer(response, 400, { error: `partial write: ${what} dropped=${dropped}` })
  })
  const mixed = readings.map((reading, index) => (index % 3 === 0 ? { ...reading, values: { volume: 'x' } } : reading))
  const { rejected } = await store.write(mixed)
  expect(rejected.map(({ reading }) => reading)).toEqual(mixed.filter(({ values }) => values.volume === 'x'))
  expect(requests).toBe(3)
})

test('what a server wants to be left alone for is respected', async () => {
  const times: number[] = []
  const store = await storeOn((_, response) => {
    times.push(performance.now())
    if (times.length === 1) response.writeHead(429, { 'retry-after': '1' }).end('{"message":"slow down"}')
    else answer(response, 204)
  })
  await expect(store.write(readings)).rejects.toMatchObject({ code: 'store.unreachable' })
  await store.write(readings)
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(900)
})

test('large bodies are compressed above the threshold only', async () => {
  const encodings: (string | undefined)[] = []
  const store = await storeOn(
    (_, response, request) => {
      encodings.push(request.headers['content-encoding'])
      answer(response, 204)
    },
    10_000,
    { writing: { gzipAbove: 2000 } },
  )
  await store.write(readings)
  await store.write(readings.slice(0, 1))
  expect(encodings).toEqual(['gzip', undefined])
})

test('InfluxDB 3 is spoken to as its documentation says; it takes out nothing', async () => {
  const asked: string[] = []
  const store = await storeOn(
    (_, response, request) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`)
      answer(response, 204)
    },
    10_000,
    { kind: 'influxdb3', token: 'secret' },
  )
  await store.start()
  await store.write(readings)
  const place = 'Bearer secret'
  expect(asked).toEqual([`GET /ping ${place}`, `POST /api/v2/write?bucket=ondine&precision=ms ${place}`])
  const gone = { code: 'store.cannot-remove' }
  await expect(store.remove({ devices: ['0018b20000001a2b'], from: minute(0), to: minute(1) })).rejects.toMatchObject(gone)
  await expect(store.expire([{ tenant: null, service: null, readings: 1, daily: null }], new Date())).rejects.toMatchObject(gone)
  await store.expire([{ tenant: null, service: null, readings: null, daily: null }], new Date())
})

describe('a server of which nothing can be said', () => {
  test.for<[string, Behaviour]>([
    ['500', (_, response) => answer(response, 500, { error: 'engine is closed' })],
    ['503 of a proxy', (_, response) => response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>no</h1>')],
    ['429', (_, response) => answer(response, 429, { code: 'too many requests', message: 'slow down' })],
    ['401', (_, response) => answer(response, 401, { error: 'authorization failed' })],
    ['hangs', () => {}],
    ['closes at once', (_, response) => response.destroy()],
    ['closes half-way', (_, response) => response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy())],
  ])('%s: unreachable, so that the caller tries again', async ([, behaviour]) => {
    const store = await storeOn(behaviour, 300)
    await expect(store.write(readings)).rejects.toMatchObject({ code: 'store.unreachable' })
  })

  test('nobody listens', async () => {
    const store = new InfluxdbReadingStore({ kind: 'influxdb1', url: 'http://127.0.0.1:9', database: 'ondine' })
    await expect(store.write(readings)).rejects.toMatchObject({ code: 'store.unreachable' })
    await expect(store.start()).rejects.toMatchObject({ code: 'store.unreachable' })
    await expect(store.describe()).rejects.toMatchObject({ code: 'store.unreachable' })
    await expect(store.list(everything, { order: 'newest first', limit: 1 })).rejects.toMatchObject({ code: 'store.unreachable' })
  })

  test('something else than InfluxDB answers', async () => {
    const store = await storeOn((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'))
    await expect(store.start()).rejects.toMatchObject({
      code: 'store.unreachable',
      context: { reason: 'it does not answer as InfluxDB does' },
    })
  })
})

test('wrong credentials are told as what a person must mend, without the password', async () => {
  const store = await storeOn((_, response) => answer(response, 401, { error: 'authorization failed' }))
  const refused = await store.start().catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'store.refused', context: { reason: 'authorization failed' } })
})
