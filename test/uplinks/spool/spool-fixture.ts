import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import type { RawEvent, SpooledEvent } from '../../../src/uplinks/ports.ts'
import { Spool, type SpoolOptions } from '../../../src/uplinks/spool/spool.ts'
import type { SpoolConsumer } from '../../../src/uplinks/spool/spool-consumer.ts'
import { FakeUplinkMetrics } from '../../fakes/fake-uplink-metrics.ts'

/** A spool in a folder of its own, gone with the test; its files hold everything, nothing is read from memory. */
export class SpoolFixture {
  readonly folder: string
  readonly metrics = new FakeUplinkMetrics()
  readonly lines: { msg: string; level: number; bytes?: number }[] = []

  static async make(): Promise<SpoolFixture> {
    return new SpoolFixture(await mkdtemp(join(tmpdir(), 'ondine-spool-')))
  }

  private constructor(folder: string) {
    this.folder = folder
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
  }

  async start(options: Partial<SpoolOptions> = {}): Promise<Spool> {
    const logger = pino({ level: 'trace' }, { write: (line: string) => void this.lines.push(JSON.parse(line)) })
    const { folder, metrics } = this
    const defaults = { folder, metrics, logger, consumers: ['store'], retentionMs: 1e12, remembered: { events: 0, bytes: 0 } }
    const spool = new Spool({ ...defaults, ...options })
    await spool.start()
    onTestFinished(() => spool.stop())
    return spool
  }

  said(text: string): number {
    return this.lines.filter(({ msg }) => msg.includes(text)).length
  }

  async files(suffix: string): Promise<string[]> {
    return (await readdir(this.folder)).filter((name) => name.endsWith(suffix)).sort()
  }
}

export function event(text: string): RawEvent {
  return { topic: 'application/1/device/2/event/up', payload: Buffer.from(text), qos: 1 }
}

export const texts = (events: readonly SpooledEvent[]) => events.map((one) => Buffer.from(one.payload).toString())

/** Everything that a consumer has before it now. */
export async function readAll(spool: Spool, consumer: SpoolConsumer = spool.consumer('store')): Promise<SpooledEvent[]> {
  const all: SpooledEvent[] = []
  while ((all.at(-1)?.offset ?? -1) < spool.end - 1) {
    const events = await consumer.read(7, AbortSignal.timeout(5_000))
    if (events.length === 0) break
    all.push(...events)
  }
  await consumer.close()
  return all
}
