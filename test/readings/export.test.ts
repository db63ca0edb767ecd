import { parse } from 'csv-parse/sync'
import { parquetReadObjects } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import { exportOf } from '../../src/readings/export.ts'
import type { ExportFormat } from '../../src/readings/export-formats.ts'
import type { Reading } from '../../src/readings/reading.ts'
import { MemoryReadingStore } from '../fakes/memory-reading-store.ts'
import { aReading, everything, minute } from '../support/reading-builder.ts'

async function file(readings: readonly Reading[], format: ExportFormat, names?: readonly string[], store = new MemoryReadingStore()) {
  await store.write(readings)
  const chunks: Uint8Array[] = []
  for await (const chunk of exportOf(store, everything, {}, { format, names })) chunks.push(chunk)
  return Buffer.concat(chunks)
}
const rowsOf = (csv: Buffer) => parse(csv, { columns: true }) as Record<string, string>[]

const odd = aReading({
  time: minute(1),
  values: { volume: 0.1, leak: true, lampState: 'on, "maybe" or off' },
  flags: { volume: 'out-of-range' },
  asset: ' a,b "c" ',
})

describe('CSV', () => {
  test('has a line for each value, quoted where it must be', async () => {
    const rows = rowsOf(await file([odd, aReading({ time: minute(0), values: {} })], 'csv'))
    expect(rows).toHaveLength(3)
    expect(rows[0]).toEqual({
      ...{ time: minute(1), receivedAt: minute(1), tenant: 'tours', service: 'water', asset: ' a,b "c" ', device: '0018b20000001a2b' },
      ...{ channel: 'main', family: 'water-meter', model: 'axioma/qalcosonic-w1@1.2.0', quality: 'good' },
      ...{ name: 'volume', value: '0.1', state: '', unit: 'm3', flag: 'out-of-range' },
    })
    expect(rows[1]).toMatchObject({ name: 'leak', value: '1', state: 'true' })
    expect(rows[2]).toMatchObject({ name: 'lampState', value: '', state: 'on, "maybe" or off' })
  })

  test('with names has a line for each reading, and a column for each name', async () => {
    const rows = rowsOf(await file([odd, aReading({ time: minute(0), values: { flow: 2 } })], 'csv', ['leak', 'volume']))
    expect(rows.map(({ time, leak, volume }) => [time, leak, volume])).toEqual([
      [minute(0), '', ''],
      [minute(1), 'true', '0.1'],
    ])
  })

  test('of nothing is its titles', async () => {
    expect((await file([], 'csv', ['volume'])).toString()).toBe(
      'time,receivedAt,tenant,service,asset,device,channel,family,model,quality,volume\r\n',
    )
  })
})

test('JSON lines are the readings as they are', async () => {
  const lines = (await file([odd, aReading()], 'jsonl')).toString().trim().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toEqual([odd, aReading()])
})

test('Parquet says what CSV says, with kinds', async () => {
  const bytes = await file([odd], 'parquet', ['leak', 'volume', 'temperature'])
  const [row] = await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer })
  expect(row).toMatchObject({ time: new Date(minute(1)), asset: ' a,b "c" ', leak: true, volume: 0.1, temperature: null })
})

test.for(['csv', 'jsonl'] as const)('%s has each reading of many pages once, and holds one page at a time', async (format) => {
  class Watched extends MemoryReadingStore {
    pages: number[] = []
    override async list(...query: Parameters<MemoryReadingStore['list']>) {
      const page = await super.list(...query)
      this.pages.push(page.readings.length)
      return page
    }
  }
  const store = new Watched()
  const readings = Array.from({ length: 2345 }, (_, at) => aReading({ time: minute(at), values: { volume: at } }))
  const text = (await file(readings, format, undefined, store)).toString()
  expect(text.trim().split('\n')).toHaveLength(2345 + (format === 'csv' ? 1 : 0))
  expect(store.pages).toEqual([1000, 1000, 345])
})
