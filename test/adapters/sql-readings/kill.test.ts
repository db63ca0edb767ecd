import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SqliteReadingStore } from '../../../src/adapters/sql/readings/sqlite-reading-store.ts'
import { aReading, everything, minute } from '../../support/reading-builder.ts'

const rounds = 6
const perWrite = 200
/** Readings of two days ago, so that days are computed meanwhile too. */
const firstMinute = -2 * 1440

const child = (file: string, from: number) => `
  import { SqliteReadingStore } from ${JSON.stringify(new URL('../../../src/adapters/sql/readings/sqlite-reading-store.ts', import.meta.url).href)}
  const store = new SqliteReadingStore({ file: ${JSON.stringify(file)} })
  await store.start()
  const like = ${JSON.stringify(aReading())}
  for (let at = ${from}; ; at += ${perWrite}) {
    await store.write(Array.from({ length: ${perWrite} }, (_, index) => {
      const time = new Date(${Date.parse(minute(firstMinute))} + (at + index) * 20_000).toISOString()
      return { ...like, time, receivedAt: time, values: { volume: at + index } }
    }))
    process.stdout.write(String(at + ${perWrite}) + '\\n')
    await new Promise((resolve) => setImmediate(resolve))
  }`

/** Writes from this number on until it is killed after so many writes; gives how many readings were acknowledged in all. */
async function killed(file: string, from: number, writes: number): Promise<number> {
  const running = spawn(process.execPath, ['--input-type=module', '--eval', child(file, from)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let acknowledged = from
  await new Promise<void>((resolve) => {
    running.stdout.on('data', (text: Buffer) => {
      acknowledged = Math.max(acknowledged, ...text.toString().trim().split('\n').map(Number))
      // At any moment of the write that is under way.
      if (acknowledged - from >= writes * perWrite) setTimeout(() => running.kill('SIGKILL'), Math.random() * 5)
    })
    running.on('close', () => resolve())
  })
  return acknowledged
}

test(`kill -9 in the middle of writes, ${rounds} times: nothing acknowledged is missing, and all that is told agrees`, {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ondine-kill-'))
  const file = join(folder, 'readings.sqlite')
  const asset = { tenant: 'tours', asset: 'w-7f3k2m9q' }
  const query = { ...asset, name: 'volume', from: minute(firstMinute), to: minute(99_999) }
  try {
    let written = 0
    for (let round = 0; round < rounds; round++) {
      const acknowledged = await killed(file, written, 1 + round * 3)
      const store = new SqliteReadingStore({ file })
      await store.start()
      const values: unknown[] = []
      for await (const page of store.samples(everything, query)) for (const { value } of page) values.push(value)
      expect(values.length).toBeGreaterThanOrEqual(acknowledged)
      // A write that was under way is there whole or not at all.
      expect(values.length % perWrite).toBe(0)
      expect(values).toEqual(Array.from({ length: values.length }, (_, index) => index))
      expect(await store.count(everything, asset)).toBe(values.length)
      const days = await store.windows(everything, { ...query, windowMs: 86_400_000 })
      expect(days.reduce((sum, { count }) => sum + count, 0)).toBe(values.length)
      expect(days.reduce((total, { sum }) => total + sum, 0)).toBe((values.length * (values.length - 1)) / 2)
      expect(await store.lastValues(everything, {})).toMatchObject([{ value: values.length - 1 }])
      await store.stop()
      written = values.length
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
