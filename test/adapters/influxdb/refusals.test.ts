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
async function storeOn(behaviour: Behaviour, timeout = 10_000): Promise<InfluxdbReadingStore> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    behaviour(Buffer.concat(chunks).toString().split('\n'), response, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const store = new InfluxdbReadingStore({ kind: 'influxdb1', url: `http://127.0.0.1:${port}`, database: 'ondine' }, { timeout })
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
