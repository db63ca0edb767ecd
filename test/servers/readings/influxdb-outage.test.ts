import { expect, test } from 'vitest'
import { InfluxdbReadingStore } from '../../../src/adapters/influxdb/influxdb-reading-store.ts'
import type { Reading } from '../../../src/readings/reading.ts'
import { aReading, everything, minute } from '../../support/reading-builder.ts'
import { startInfluxdb1 } from '../../support/servers/index.ts'

async function untilWritten(store: InfluxdbReadingStore, readings: readonly Reading[]): Promise<void> {
  for (;;) {
    try {
      await store.write(readings)
      return
    } catch (error) {
      expect(error).toMatchObject({ code: 'store.unreachable' })
    }
  }
}

test('a server that is killed is unreachable, and what is written again afterwards is there once', async () => {
  const server = await startInfluxdb1()
  const store = new InfluxdbReadingStore({ kind: 'influxdb1', url: server.url, database: 'ondine' })
  try {
    await store.start()
    const batches = Array.from({ length: 10 }, (_, batch) =>
      Array.from({ length: 100 }, (_, index) => aReading({ time: minute(batch * 100 + index), values: { volume: index } })),
    )
    for (const [number, batch] of batches.entries()) {
      if (number === 5) {
        await server.kill()
        await expect(store.write(batch)).rejects.toMatchObject({ code: 'store.unreachable' })
        await expect(store.describe()).rejects.toMatchObject({ code: 'store.unreachable' })
        await server.restart()
      }
      await untilWritten(store, batch)
    }
    const { readings } = await store.list(everything, { order: 'oldest first', limit: 2000 })
    expect(readings).toEqual(batches.flat())
  } finally {
    await store.stop()
    await server.stop()
  }
})

test('a database that was dropped meanwhile is made again', async () => {
  const server = await startInfluxdb1()
  const store = new InfluxdbReadingStore({ kind: 'influxdb1', url: server.url, database: 'ondine' })
  try {
    await store.start()
    await fetch(`${server.url}/query`, { method: 'POST', body: new URLSearchParams({ q: 'DROP DATABASE ondine' }) })
    await expect(store.describe()).rejects.toMatchObject({ code: 'store.refused' })
    await store.write([aReading()])
    expect((await store.list(everything, { order: 'oldest first', limit: 10 })).readings).toEqual([aReading()])
  } finally {
    await store.stop()
    await server.stop()
  }
})
