import { join } from 'node:path'
import pino from 'pino'
import { parseEvent } from '../../src/adapters/chirpstack/events/parse-event.ts'
import { Spool } from '../../src/uplinks/spool/spool.ts'
import { FakeUplinkMetrics } from '../fakes/fake-uplink-metrics.ts'

/** The numbers of all uplinks in the spool of a data directory, repeats too; its program must not run. */
export async function spooledNumbers(dataDir: string): Promise<number[]> {
  const options = { folder: join(dataDir, 'spool'), retentionMs: Number.POSITIVE_INFINITY, logger: pino({ level: 'silent' }) }
  const spool = new Spool({ ...options, consumers: ['audit'], metrics: new FakeUplinkMetrics() })
  await spool.start()
  const consumer = spool.consumer('audit')
  const numbers: number[] = []
  try {
    for (let next = 0; next < spool.end; ) {
      const events = await consumer.read(1_000, AbortSignal.timeout(5_000))
      if (events.length === 0) break
      next = (events.at(-1)?.offset ?? 0) + 1
      for (const { topic, payload } of events) {
        const event = parseEvent(topic, payload)
        if (event?.type === 'uplink' && event.data !== null) numbers.push(Buffer.from(event.data).readUInt32BE())
      }
    }
  } finally {
    await consumer.close()
    await spool.stop()
  }
  return numbers
}
