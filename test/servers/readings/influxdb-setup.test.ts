import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { InfluxdbReadingStore } from '../../../src/adapters/influxdb/influxdb-reading-store.ts'
import { aReading, everything, minute } from '../../support/reading-builder.ts'
import { influxdb2Binary, startInfluxdb1, startInfluxdb2 } from '../../support/servers/index.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type Settings = ConstructorParameters<typeof InfluxdbReadingStore>[0]

function storeOn(settings: Settings, folder?: string): InfluxdbReadingStore {
  const store = new InfluxdbReadingStore(settings, folder === undefined ? {} : { folder })
  closing.push(() => store.stop())
  return store
}

/** Everything that a store is asked for. */
async function useWhole(store: InfluxdbReadingStore): Promise<void> {
  const device = '0018b20000001a2b'
  await store.start()
  await store.describe()
  expect(await store.write([aReading({ time: minute(1) }), aReading({ time: minute(2) })])).toEqual({ rejected: [] })
  await store.remove({ devices: [device], from: minute(2), to: minute(3) })
  expect((await store.list(everything, { order: 'oldest first', limit: 10 })).readings).toEqual([aReading({ time: minute(1) })])
  expect(await store.lastValues(everything, {})).toHaveLength(3)
  await store.expire([{ tenant: null, service: null, readings: 1, daily: null }], new Date(minute(5 * 1440)))
  expect(await store.lastValues(everything, {})).toEqual([])
  const day = { tenant: 'tours', asset: 'w-7f3k2m9q', name: 'volume', from: minute(0), to: minute(1440), windowMs: 86_400_000 }
  expect(await store.windows(everything, day)).toMatchObject([{ count: 1 }])
}

describe('InfluxDB 1 that asks for credentials', () => {
  async function withUsers() {
    const server = await startInfluxdb1({ http: 'auth-enabled = true' })
    closing.push(() => server.stop())
    const ask = async (q: string, user?: string) => {
      const headers = user === undefined ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` }
      const response = await fetch(`${server.url}/query`, { method: 'POST', headers, body: new URLSearchParams({ q }) })
      expect(await response.json()).toEqual({ results: [{ statement_id: 0 }] })
    }
    await ask(`CREATE USER admin WITH PASSWORD 'admin' WITH ALL PRIVILEGES`)
    await ask(`CREATE USER ondine WITH PASSWORD 'ondine'`, 'admin:admin')
    return { url: server.url, ask: (q: string) => ask(q, 'admin:admin') }
  }

  test('all on its database is enough', async () => {
    const { url, ask } = await withUsers()
    await ask('CREATE DATABASE ondine')
    await ask('GRANT ALL ON ondine TO ondine')
    await useWhole(storeOn({ kind: 'influxdb1', url, username: 'ondine', password: 'ondine' }))
  })

  test.for([
    ['a wrong password', 'wrong'],
    ['no right to make the database', 'ondine'],
  ])('%s is told as what a person must mend', async ([, password = '']) => {
    const { url } = await withUsers()
    await expect(storeOn({ kind: 'influxdb1', url, username: 'ondine', password }).start()).rejects.toMatchObject({ code: 'store.refused' })
  })
})

describe.skipIf(influxdb2Binary === undefined)('InfluxDB 2', () => {
  async function started() {
    const server = await startInfluxdb2()
    closing.push(() => server.stop())
    const ask = async (path: string, body?: object) => {
      const headers = { authorization: `Token ${server.token}`, 'content-type': 'application/json' }
      const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
      const response = await fetch(`${server.url}/api/v2/${path}`, init)
      expect(response.ok).toBe(true)
      const answer: { token: string; buckets: { id: string; orgID: string; retentionRules: object[] }[] } = JSON.parse(
        await response.text(),
      )
      return answer
    }
    return { server, ask }
  }

  test('a token that reads and writes its bucket is enough', async () => {
    const { server, ask } = await started()
    const { buckets } = await ask('buckets?name=ondine')
    const { id, orgID } = buckets[0]!
    const permissions = ['read', 'write'].map((action) => ({ action, resource: { type: 'buckets', id, orgID } }))
    const { token } = await ask('authorizations', { orgID, permissions })
    await useWhole(storeOn({ kind: 'influxdb2', url: server.url, org: server.org, bucket: 'ondine', token }))
  })

  test('a bucket is made with its retention', async () => {
    const { server, ask } = await started()
    const { url, org, token } = server
    await storeOn({ kind: 'influxdb2', url, org, bucket: 'made', token, retentionDays: 400 }).start()
    expect((await ask('buckets?name=made')).buckets).toMatchObject([{ retentionRules: [{ everySeconds: 400 * 86_400 }] }])
  })
})

test('InfluxDB 1: a database is made with its retention', async () => {
  const server = await startInfluxdb1()
  closing.push(() => server.stop())
  await storeOn({ kind: 'influxdb1', url: server.url, database: 'made', retentionDays: 400 }).start()
  const response = await fetch(`${server.url}/query`, {
    method: 'POST',
    body: new URLSearchParams({ q: 'SHOW RETENTION POLICIES ON made' }),
  })
  expect(await response.text()).toContain('"9600h0m0s"')
})

test.for(['max-values-per-tag', 'max-series-per-database'])('%s of InfluxDB 1 is no fault of the readings', async (limit) => {
  const server = await startInfluxdb1({ data: `${limit} = 3` })
  closing.push(() => server.stop())
  const store = storeOn({ kind: 'influxdb1', url: server.url })
  await store.start()
  const from = (first: number) => Array.from({ length: 3 }, (_, index) => aReading({ device: `0018b2000000000${first + index}` }))
  await store.write(from(0))
  await expect(store.write(from(3))).rejects.toMatchObject({ code: 'store.limit' })
})

describe('last values over a restart', () => {
  const devices = ['0018b20000000001', '0018b20000000002', '0018b20000000003']
  const of = (device: string, at: number) =>
    aReading({ device, asset: device, time: minute(at), values: { volume: at, lampState: `at ${at}`, leak: true } })
  const told = async (store: InfluxdbReadingStore) =>
    (await store.lastValues(everything, {})).filter(({ name }) => name === 'volume').map(({ value }) => value)

  test.for(['an orderly one', 'after a crash'])('%s', async (kind) => {
    const server = await startInfluxdb1()
    closing.push(() => server.stop())
    const folder = await mkdtemp(join(tmpdir(), 'ondine-last-'))
    closing.push(() => rm(folder, { recursive: true, force: true }))
    const settings: Settings = { kind: 'influxdb1', url: server.url }
    const first = storeOn(settings, folder)
    await first.start()
    await first.write(devices.map((device) => of(device, 10)))
    expect(await told(first)).toEqual([10, 10, 10])
    const all = await first.lastValues(everything, {})
    await first.stop()
    expect(await readdir(folder)).toContain('last-values.ndjson')

    const second = storeOn(settings, folder)
    await second.start()
    await server.pause()
    // From the file alone: there is no server to ask.
    expect(await second.lastValues(everything, {})).toEqual(all)
    await server.restart()
    // One newer, and one written again at its instant with another value.
    await second.write([of(devices[1] ?? '', 20), { ...of(devices[2] ?? '', 10), values: { volume: 99 } }])
    if (kind === 'an orderly one') await second.stop()

    const third = storeOn(settings, folder)
    await third.start()
    expect(await told(third)).toEqual([10, 20, 99])
  })

  test('a damaged file, and one of another database, are nothing', async () => {
    const server = await startInfluxdb1()
    closing.push(() => server.stop())
    const folder = await mkdtemp(join(tmpdir(), 'ondine-last-'))
    closing.push(() => rm(folder, { recursive: true, force: true }))
    const first = storeOn({ kind: 'influxdb1', url: server.url }, folder)
    await first.start()
    await first.write(devices.map((device) => of(device, 10)))
    await told(first)
    await first.stop()
    const other = storeOn({ kind: 'influxdb1', url: server.url, database: 'other' }, folder)
    await other.start()
    expect(await told(other)).toEqual([])
    await other.stop()
    const back = storeOn({ kind: 'influxdb1', url: server.url }, folder)
    await back.start()
    expect(await told(back)).toEqual([10, 10, 10])
  })
})
