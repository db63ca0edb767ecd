import { join } from 'node:path'
import pino from 'pino'
import { Spool } from '../../src/uplinks/spool/spool.ts'
import { consumers } from '../../src/uplinks/uplinks.ts'
import { FakeUplinkMetrics } from '../../test/fakes/fake-uplink-metrics.ts'
import { uplinksOf } from './uplink-texts.ts'

/** Adds uplinks to the spool of a data directory that no program has open: one a millisecond from `from` (ms since 1970) on. */
export async function fillSpool(dataDir: string, backlog: { devices: number; count: number; from: number }): Promise<void> {
  const day = 24 * 60 * 60 * 1_000
  const options = {
    folder: join(dataDir, 'spool'),
    consumers,
    retentionMs: 7 * day,
    logger: pino({ level: 'silent' }),
    metrics: new FakeUplinkMetrics(),
  }
  const spool = new Spool(options)
  const uplink = uplinksOf(backlog.devices)
  await spool.start()
  for (let first = 0; first < backlog.count; first += 5_000) {
    const numbers = Array.from({ length: Math.min(5_000, backlog.count - first) }, (_, index) => first + index)
    await spool.append(
      numbers.map((number) => {
        // Counters that no live uplink of the bench has had.
        const { topic, payload } = uplink(number + 10_000_000 * backlog.devices, backlog.from + number)
        return { topic, payload: Buffer.from(payload), qos: 1 as const }
      }),
    )
  }
  await spool.stop()
}
