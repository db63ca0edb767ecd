import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InfluxdbReadingStore } from '../../src/adapters/influxdb/influxdb-reading-store.ts'
import { SqliteReadingStore } from '../../src/adapters/sql/readings/sqlite-reading-store.ts'
import { OndineError } from '../../src/errors/ondine-error.ts'
import type { ReadingHistory } from '../../src/readings/history.ts'
import type { Reading } from '../../src/readings/reading.ts'
import type { ReadingScope, ReadingStore } from '../../src/readings/reading-store.ts'
import { influxdb2Binary, startInfluxdb1, startInfluxdb2 } from '../../test/support/servers/index.ts'

interface Figure {
  what: string
  figure: number
  unit: string
}

const perWrite = 2000
const tenant: ReadingScope = { tenant: 'tours', services: null, assets: null }

/** Writes hourly readings of six values from so many meters into each store, then reads; the servers run on the same machine. */
export async function run({ readings = 100_000, meters = 20_000 } = {}): Promise<{ title: string; rows: Figure[] }> {
  const title = `${readings.toLocaleString('en')} readings of six values, ${perWrite} a write, from ${meters.toLocaleString('en')} meters`
  const rows: Figure[] = []
  const folder = await mkdtemp(join(tmpdir(), 'ondine-bench-'))
  try {
    rows.push(...(await measure('SQLite', new SqliteReadingStore({ file: join(folder, 'readings.sqlite') }), readings, meters)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  const first = await startInfluxdb1()
  try {
    rows.push(
      ...(await measure(
        'InfluxDB 1',
        new InfluxdbReadingStore({ kind: 'influxdb1', url: first.url, database: 'ondine' }),
        readings,
        meters,
      )),
    )
  } finally {
    await first.stop()
  }
  if (influxdb2Binary === undefined) return { title, rows }
  const second = await startInfluxdb2()
  try {
    const { url, org, bucket, token } = second
    rows.push(...(await measure('InfluxDB 2', new InfluxdbReadingStore({ kind: 'influxdb2', url, org, bucket, token }), readings, meters)))
  } finally {
    await second.stop()
  }
  return { title, rows }
}

async function measure(name: string, store: ReadingStore & ReadingHistory, count: number, meters: number): Promise<Figure[]> {
  await store.start()
  try {
    const batches = Array.from({ length: Math.ceil(count / perWrite) }, (_, batch) =>
      Array.from({ length: Math.min(perWrite, count - batch * perWrite) }, (_, index) => reading(batch * perWrite + index, meters)),
    )
    const cpu = process.cpuUsage()
    const ms = await timed(async () => {
      for (const batch of batches) await keepWriting(store, batch)
    })
    const used = process.cpuUsage(cpu)
    const asset = reading(0, meters).asset
    const last = { order: 'newest first', limit: 100 } as const
    return [
      { what: `${name}: written`, figure: Math.round(count / (ms / 1000)), unit: 'readings/s' },
      { what: `${name}: our processor time`, figure: tenths((used.user + used.system) / count), unit: 'µs/reading' },
      { what: `${name}: 100 newest of an asset`, figure: tenths(await timed(() => store.list(tenant, { ...last, asset }))), unit: 'ms' },
      { what: `${name}: 100 newest of the tenant`, figure: tenths(await timed(() => store.list(tenant, last))), unit: 'ms' },
      { what: `${name}: last values of an asset`, figure: tenths(await timed(() => store.lastValues(tenant, { asset }))), unit: 'ms' },
      { what: `${name}: last values of the tenant`, figure: tenths(await timed(() => store.lastValues(tenant, {}))), unit: 'ms' },
      ...(await large(name, store, meters)),
    ]
  } finally {
    await store.stop()
  }
}

/** InfluxDB 1 as it comes takes 100,000 values of a tag. */
const [fleets, influxdb1Fleet] = [130_000, 95_000]
const hours = 8760

/** A large fleet, each read once at least, and one of its meters read hourly for a year: what is asked of them at once. */
async function large(name: string, store: ReadingStore & ReadingHistory, meters: number): Promise<Figure[]> {
  const fleet = name === 'InfluxDB 1' ? influxdb1Fleet : fleets
  for (let from = meters; from < fleet; from += perWrite) {
    await keepWriting(
      store,
      Array.from({ length: Math.min(perWrite, fleet - from) }, (_, index) => reading(from + index, fleet)),
    )
  }
  const year = Array.from({ length: hours }, (_, hour) => at(reading(0, fleet), Date.UTC(2025, 0, 1, hour)))
  for (let from = 0; from < hours; from += perWrite) await keepWriting(store, year.slice(from, from + perWrite))
  const { asset } = reading(0, fleet)
  const span = { from: new Date(Date.UTC(2025, 0, 1)).toISOString(), to: new Date(Date.UTC(2026, 0, 1)).toISOString() }
  const query = { tenant: 'tours', asset, name: 'volume', ...span }
  const samples = async () => {
    let count = 0
    for await (const page of store.samples(tenant, query)) count += page.length
    if (count !== hours) throw new Error(`${count} of ${hours} samples`)
  }
  const all = { ...span, order: 'oldest first', limit: hours + 1, asset } as const
  // The first time is that of a program that has just been started.
  const rows: [string, () => Promise<unknown>][] = [
    [`last values of ${fleet.toLocaleString('en')} devices`, () => store.lastValues(tenant, {})],
    ['a year of hourly readings, whole', () => store.list(tenant, all)],
    ['a year of hourly readings, one value', samples],
    ['a year by days', () => store.windows(tenant, { ...query, windowMs: 86_400_000 })],
  ]
  const figures: Figure[] = []
  for (const [what, work] of rows) {
    figures.push({ what: `${name}: ${what}, first`, figure: tenths(await timed(work)), unit: 'ms' })
    figures.push({ what: `${name}: ${what}`, figure: tenths(await timed(work)), unit: 'ms' })
  }
  return figures
}

function at(like: Reading, ms: number): Reading {
  const time = new Date(ms).toISOString()
  return { ...like, time, receivedAt: time }
}

/** A database on a busy machine may time out: the batch is written again, as the spool's cursor does. */
async function keepWriting(store: ReadingStore, batch: readonly Reading[]): Promise<void> {
  for (;;) {
    try {
      const { rejected } = await store.write(batch)
      if (rejected[0] !== undefined) throw new Error(rejected[0].reason)
      return
    } catch (error) {
      if (!(error instanceof OndineError && error.code === 'store.unreachable')) throw error
    }
  }
}

/** The number-th reading: each meter once an hour, the meters spread over the hour. */
function reading(number: number, meters: number): Reading {
  const device = number % meters
  const time = new Date(Date.UTC(2026, 0, 1, Math.floor(number / meters)) + Math.floor((device * 3_600_000) / meters)).toISOString()
  return {
    v: 1,
    tenant: 'tours',
    service: 'water',
    asset: `w-${device.toString(36).padStart(8, '0')}`,
    device: device.toString(16).padStart(16, '0'),
    channel: 'main',
    family: 'water-meter',
    model: 'axioma/qalcosonic-w1@1.2.0',
    time,
    receivedAt: time,
    quality: 'good',
    flags: {},
    values: {
      volume: device + number / 1000,
      flow: (number % 40) / 10_000,
      waterTemperature: 8 + (number % 50) / 10,
      batteryVoltage: 3.58,
      leak: false,
      tamper: false,
    },
    radio: { gateways: 3, gateway: '7076ff0056081234', rssi: -97, snr: 4.2, spreadingFactor: 9, margin: 16.7 },
    frame: { fCnt: number, fPort: 100 },
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function tenths(figure: number): number {
  return Math.round(figure * 10) / 10
}
