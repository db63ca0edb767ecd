import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RawEvent, SpooledEvent } from '../../../src/uplinks/ports.ts'
import { writeWhole } from '../../../src/uplinks/spool/files.ts'
import { segmentFormat } from '../../../src/uplinks/spool/record.ts'
import { Spool, type SpoolOptions } from '../../../src/uplinks/spool/spool.ts'
import type { SpoolConsumer } from '../../../src/uplinks/spool/spool-consumer.ts'
import { FakeUplinkMetrics } from '../../fakes/fake-uplink-metrics.ts'

let folder: string
let metrics: FakeUplinkMetrics
let lines: { msg: string; bytes?: number }[]
const open: Spool[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ondine-spool-'))
  metrics = new FakeUplinkMetrics()
  lines = []
})

afterEach(async () => {
  for (const spool of open.splice(0)) await spool.stop()
  await rm(folder, { recursive: true, force: true })
})

async function start(options: Partial<SpoolOptions> = {}): Promise<Spool> {
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const spool = new Spool({ folder, consumers: ['store'], retentionMs: 0, logger, metrics, ...options })
  await spool.start()
  open.push(spool)
  return spool
}

function event(text: string, topic = 'application/1/device/2/event/up'): RawEvent {
  return { topic, payload: Buffer.from(text), qos: 1 }
}

const never = new AbortController().signal
const texts = (events: readonly SpooledEvent[]) => events.map((one) => Buffer.from(one.payload).toString())

async function readAll(spool: Spool, consumer: SpoolConsumer = spool.consumer('store')): Promise<SpooledEvent[]> {
  const all: SpooledEvent[] = []
  const last = spool.end - 1
  while ((all.at(-1)?.offset ?? -1) < last) {
    const abort = AbortSignal.timeout(5_000)
    const events = await consumer.read(7, abort)
    if (abort.aborted) break
    all.push(...events)
  }
  await consumer.close()
  return all
}

async function segments(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.spool')).sort()
}

test('the folder is its owner’s only, also one that was open to others', async () => {
  await chmod(folder, 0o755)
  await start()
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
})

describe('appending and reading', () => {
  test('events come back as they were, with rising offsets', async () => {
    const spool = await start()
    const binary = { topic: 'eu868/gateway/7076ff0056080001/event/ack', payload: Uint8Array.of(0, 255, 128), qos: 0 as const }
    await spool.append([event('a'), binary, event('')])
    const all = await readAll(spool)
    expect(all.map((one) => [one.offset, one.topic, [...one.payload], one.qos])).toEqual([
      [0, 'application/1/device/2/event/up', [97], 1],
      [1, binary.topic, [0, 255, 128], 0],
      [2, 'application/1/device/2/event/up', [], 1],
    ])
    expect(all[0]?.spooledAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
  })

  test('a reader at the live end is woken by the next append', async () => {
    const spool = await start()
    const consumer = spool.consumer('store')
    const waiting = consumer.read(10, never)
    await spool.append([event('first')])
    expect(texts(await waiting)).toEqual(['first'])
    const again = consumer.read(10, never)
    await spool.append([event('second')])
    expect(texts(await again)).toEqual(['second'])
    await consumer.close()
  })

  test('appends made at once share writes and keep their order', async () => {
    const spool = await start()
    await Promise.all(Array.from({ length: 500 }, (_, i) => spool.append([event(`${i}`)])))
    expect(texts(await readAll(spool))).toEqual(Array.from({ length: 500 }, (_, i) => `${i}`))
    expect(metrics.count('writes')).toBeLessThan(50)
  })

  test('an aborted wait and a stopped spool end a read with nothing', async () => {
    const spool = await start({ consumers: ['store', 'topics'] })
    const abort = new AbortController()
    const aborted = spool.consumer('store').read(1, abort.signal)
    const stopped = spool.consumer('topics').read(1, never)
    abort.abort()
    expect(await aborted).toEqual([])
    await spool.stop()
    expect(await stopped).toEqual([])
    await expect(spool.append([event('late')])).rejects.toMatchObject({ code: 'spool.stopped' })
  })

  test('a record larger than the reading buffer', async () => {
    const spool = await start()
    const big = 'x'.repeat(2_000_000)
    await spool.append([event('a'), event(big), event('b')])
    expect(texts(await readAll(spool))).toEqual(['a', big, 'b'])
  })
})

describe('cursors and retention', () => {
  test('each consumer goes on where it was after a restart', async () => {
    let spool = await start({ consumers: ['store', 'topics'] })
    await spool.append(['a', 'b', 'c'].map((text) => event(text)))
    const consumer = spool.consumer('store')
    await consumer.read(2, never)
    consumer.done(1)
    expect(consumer.end - consumer.position).toBe(1)
    await consumer.close()
    await spool.stop()
    spool = await start({ consumers: ['store', 'topics'] })
    expect(texts(await readAll(spool))).toEqual(['c'])
    expect(texts(await readAll(spool, spool.consumer('topics')))).toEqual(['a', 'b', 'c'])
  })

  test('a damaged cursor file starts again with the oldest event', async () => {
    await writeFile(join(folder, 'store.cursor'), '{"v":1,"ne')
    const spool = await start()
    await spool.append([event('a')])
    expect(texts(await readAll(spool))).toEqual(['a'])
    expect(lines.map((line) => line.msg)).toContain('cursor unreadable, its consumer starts again with the oldest event')
  })

  test('a cursor file that is there and cannot be read ends the start: nothing is repeated by mistake', async () => {
    await mkdir(join(folder, 'store.cursor'))
    await expect(start()).rejects.toMatchObject({ code: 'spool.unreadable' })
  })

  test('a segment goes when every cursor and the retention have passed it, not before', async () => {
    let now = 1_000_000
    const options = { consumers: ['store', 'topics'], segmentBytes: 200, retentionMs: 1_000, now: () => now }
    const spool = await start(options)
    for (const text of ['a', 'b', 'c', 'd', 'e', 'f']) await spool.append([event(text.repeat(100))])
    const before = (await segments()).length
    expect(before).toBeGreaterThan(2)
    const store = spool.consumer('store')
    store.done(spool.end - 1)
    now += 5_000
    await spool.append([event('g'.repeat(300))])
    await expect.poll(() => readFile(join(folder, 'store.cursor'), 'utf8').catch(() => ''), { timeout: 10_000 }).toContain('"next":6')
    expect((await segments()).length).toBeGreaterThanOrEqual(before)
    spool.consumer('topics').done(5)
    await expect.poll(async () => (await segments()).length, { timeout: 10_000 }).toBe(1)
    expect(texts(await readAll(spool, spool.consumer('topics')))).toEqual(['g'.repeat(300)])
    await store.close()
  })

  test('an offset is never given twice, even when the last records are lost', async () => {
    let spool = await start()
    await spool.append([event('a'), event('b')])
    spool.consumer('store').done(1)
    await spool.stop()
    for (const name of await segments()) await rm(join(folder, name))
    spool = await start()
    expect(spool.end).toBe(2)
    await spool.append([event('c')])
    expect((await readAll(spool)).map((one) => one.offset)).toEqual([2])
  })
})

describe('damage', () => {
  test('a torn tail is cut at the start, with a line that says how many bytes', async () => {
    let spool = await start()
    await spool.append([event('a'), event('b')])
    await spool.stop()
    const [name] = await segments()
    await appendFile(join(folder, name!), Buffer.from([0x5a, 0x0e, 0xd1, 0xa5, 40, 0, 0, 0, 1, 2]))
    spool = await start()
    expect(lines.find((line) => line.msg.includes('cut off'))?.bytes).toBe(10)
    await spool.append([event('c')])
    expect(texts(await readAll(spool))).toEqual(['a', 'b', 'c'])
  })

  test.each([
    ['a payload', (bytes: Buffer, at: number) => (at + 40 < bytes.length ? at + 40 : at)],
    ['a length', (_: Buffer, at: number) => at + 5],
    ['a mark', (_: Buffer, at: number) => at],
  ])('a bit flipped in %s costs that record only: it is counted, told and kept aside', async (_, where) => {
    let spool = await start({ segmentBytes: 100_000 })
    const names = Array.from({ length: 200 }, (_, i) => `event ${i} ${'.'.repeat(40)}`)
    for (const name of names) await spool.append([event(name)])
    await spool.stop()
    const path = join(folder, (await segments())[0]!)
    const bytes = await readFile(path)
    const mark = bytes.subarray(24, 28)
    let at = 24
    for (let i = 0; i < 100; i++) at = bytes.indexOf(mark, at + 1)
    const target = where(bytes, at)
    bytes[target] = bytes[target]! ^ 0x10
    await writeFile(path, bytes)
    spool = await start({ consumers: ['store', 'topics'] })
    expect(texts(await readAll(spool))).toEqual(names.filter((_, i) => i !== 100))
    await readAll(spool, spool.consumer('topics'))
    expect(metrics.count('damaged')).toBe(1)
    expect(lines.filter((line) => line.msg.includes('kept aside'))).toHaveLength(1)
    expect((await readdir(folder)).filter((name) => name.endsWith('.damaged'))).toHaveLength(1)
  })

  test('a destroyed header does not take the records with it', async () => {
    let spool = await start()
    await spool.append([event('a')])
    await spool.stop()
    const path = join(folder, (await segments())[0]!)
    const bytes = await readFile(path)
    bytes.fill(0, 0, 24)
    await writeFile(path, bytes)
    spool = await start()
    expect(texts(await readAll(spool))).toEqual(['a'])
  })

  test('a newer format is refused', async () => {
    let spool = await start()
    await spool.append([event('a')])
    await spool.stop()
    const path = join(folder, (await segments())[0]!)
    const bytes = await readFile(path)
    bytes.writeUInt32LE(segmentFormat + 1, 8)
    await writeFile(path, bytes)
    spool = new Spool({ folder, consumers: [], retentionMs: 0, logger: pino({ level: 'silent' }), metrics })
    await expect(spool.start()).rejects.toMatchObject({ code: 'spool.newer' })
  })

  test('random appends and cuts at random bytes: what was acknowledged and not cut is read back, in order', async () => {
    const runs = fc.array(
      fc.record({
        batches: fc.array(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
        /** share of an unfinished next write that reached the disk */
        torn: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { minLength: 1, maxLength: 5 },
    )
    await fc.assert(
      fc.asyncProperty(runs, fc.integer({ min: 100, max: 2_000 }), async (all, segmentBytes) => {
        for (const name of await readdir(folder)) await rm(join(folder, name))
        const acknowledged: string[] = []
        for (const run of all) {
          const spool = await start({ segmentBytes })
          for (const batch of run.batches) {
            await spool.append(batch.map((payload) => ({ topic: 'application/1/device/2/event/up', payload, qos: 1 })))
            acknowledged.push(...batch.map((payload) => Buffer.from(payload).toString('hex')))
          }
          const before = await segments()
          const sizes = await Promise.all(before.map(async (name) => (await readFile(join(folder, name))).length))
          await spool.append([event('never acknowledged')])
          await spool.stop()
          const after = await segments()
          for (const [i, name] of after.entries()) {
            const size = (await readFile(join(folder, name))).length
            const kept = sizes[i] ?? 0
            if (size > kept) await truncate(join(folder, name), kept + Math.floor((size - kept - 1) * run.torn))
          }
        }
        const spool = await start()
        const read = (await readAll(spool)).map((one) => Buffer.from(one.payload).toString('hex'))
        await spool.stop()
        expect(read).toEqual(acknowledged)
      }),
      { numRuns: 40 },
    )
  }, 120_000)
})

describe('the disk', () => {
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })

  test('full: appends are refused and nothing of them remains; it goes on when there is room', async () => {
    let room = 300
    const disk = {
      write: async (...[handle, bytes, position]: Parameters<typeof writeWhole>) => {
        await writeWhole(handle, bytes.subarray(0, Math.max(0, room)), position)
        room -= bytes.length
        if (room < 0) throw full
      },
      sync: (handle: Parameters<typeof writeWhole>[0]) => handle.datasync(),
    }
    const spool = await start({ disk })
    await spool.append([event('a')])
    await expect(spool.append([event('b'.repeat(500))])).rejects.toMatchObject({ code: 'spool.full' })
    await expect(spool.append([event('c')])).rejects.toMatchObject({ code: 'spool.full' })
    expect(metrics.count('spoolRefused:spool.full')).toBe(2)
    room = 10_000
    await spool.append([event('d')])
    expect(texts(await readAll(spool))).toEqual(['a', 'd'])
    await spool.stop()
    const again = await start()
    expect(texts(await readAll(again))).toEqual(['a', 'd'])
  })

  test('full: the oldest segment that everyone has passed goes before its time', async () => {
    let room = Number.POSITIVE_INFINITY
    const disk = {
      write: async (...[handle, bytes, position]: Parameters<typeof writeWhole>) => {
        if ((await segments()).length > 3 && room < 1) throw full
        await writeWhole(handle, bytes, position)
      },
      sync: (handle: Parameters<typeof writeWhole>[0]) => handle.datasync(),
    }
    const spool = await start({ disk, segmentBytes: 100, retentionMs: 1e9 })
    for (const text of ['a', 'b', 'c']) await spool.append([event(text.repeat(100))])
    spool.consumer('store').done(0)
    await expect.poll(() => readFile(join(folder, 'store.cursor'), 'utf8').catch(() => ''), { timeout: 10_000 }).toContain('"next":1')
    room = 0
    await spool.append([event('d')])
    expect(texts(await readAll(spool))).toEqual(['b'.repeat(100), 'c'.repeat(100), 'd'])
  })

  test('a failed fdatasync: the write is refused, the file is not written to again', async () => {
    let broken = false
    const disk = {
      write: writeWhole,
      sync: async (handle: Parameters<typeof writeWhole>[0]) => {
        if (broken) throw Object.assign(new Error('i/o error'), { code: 'EIO' })
        await handle.datasync()
      },
    }
    const spool = await start({ disk })
    await spool.append([event('a')])
    broken = true
    await expect(spool.append([event('b')])).rejects.toMatchObject({ code: 'spool.unwritable' })
    broken = false
    await spool.append([event('c')])
    expect(texts(await readAll(spool))).toEqual(['a', 'c'])
    expect(await segments()).toHaveLength(2)
  })
})

test('one process per folder', async () => {
  const spool = await start()
  const second = new Spool({ folder, consumers: [], retentionMs: 0, logger: pino({ level: 'silent' }), metrics })
  await expect(second.start()).rejects.toMatchObject({ code: 'spool.taken', context: { folder } })
  await spool.stop()
  await second.start()
  await second.stop()
})
