import { type FileHandle, open, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { readAt } from '../../../src/uplinks/spool/files.ts'
import { encodeHeader, encodeRecord, recordBytes } from '../../../src/uplinks/spool/record.ts'
import { event, readAll, SpoolFixture, texts } from './spool-fixture.ts'

const poll = { timeout: 20_000, interval: 50 }
const names = Array.from({ length: 50 }, (_, index) => `event ${index} ${'.'.repeat(40)}`)

async function flipBit(path: string, where: (bytes: Buffer) => number): Promise<void> {
  const bytes = await readFile(path)
  const at = where(bytes)
  const handle = await open(path, 'r+')
  await handle.write(Uint8Array.of(bytes[at]! ^ 0x04), 0, 1, at)
  await handle.close()
}

test('damage in the segment that is being written: skipped once, what comes later is read', async () => {
  const fixture = await SpoolFixture.make()
  const spool = await fixture.start()
  for (const name of names.slice(0, 20)) await spool.append([event(name)])
  await flipBit(join(fixture.folder, (await fixture.files('.spool'))[0]!), (bytes) => bytes.indexOf('event 7 '))
  const consumer = spool.consumer('store')
  const first = [...(await consumer.read(100, AbortSignal.timeout(5_000)))]
  for (const name of names.slice(20)) await spool.append([event(name)])
  const second = await consumer.read(100, AbortSignal.timeout(5_000))
  expect(texts([...first, ...second])).toEqual(names.filter((_, index) => index !== 7))
  expect(spool.state.damage).toMatchObject({ files: 1, events: 1 })
  await consumer.close()
})

test('several events in one damaged stretch are counted; the count is that of the files until someone deletes them', async () => {
  const fixture = await SpoolFixture.make()
  let spool = await fixture.start({ consumers: ['store', 'topics'] })
  for (const name of names) await spool.append([event(name)])
  await spool.stop()
  const path = join(fixture.folder, (await fixture.files('.spool'))[0]!)
  const bytes = await readFile(path)
  const [from, to] = [bytes.indexOf('event 10 '), bytes.indexOf('event 13 ')]
  await writeFile(path, bytes.fill(0, from, to))
  spool = await fixture.start({ consumers: ['store', 'topics'] })
  const rest = names.filter((_, index) => index < 10 || index > 13)
  expect(texts(await readAll(spool))).toEqual(rest)
  expect(texts(await readAll(spool, spool.consumer('topics')))).toEqual(rest)
  expect(spool.state.damage).toMatchObject({ files: 1, events: 4 })
  expect(fixture.metrics.count('damaged')).toBe(4)
  await spool.stop()
  spool = await fixture.start()
  expect(spool.state.damage).toMatchObject({ files: 1, events: 4 })
  expect(fixture.metrics.count('damaged')).toBe(4)
  for (const file of await fixture.files('.damaged')) await rm(join(fixture.folder, file))
  await expect.poll(() => spool.state.damage.files, poll).toBe(0)
})

test('the last record damaged since it was written is damage, not an unfinished write', async () => {
  const fixture = await SpoolFixture.make()
  let spool = await fixture.start()
  for (const name of names.slice(0, 3)) await spool.append([event(name)])
  await spool.stop()
  await flipBit(join(fixture.folder, (await fixture.files('.spool'))[0]!), (bytes) => bytes.indexOf('event 2 '))
  spool = await fixture.start()
  expect(spool.state.damage).toMatchObject({ files: 1, events: 1 })
  expect(fixture.said('never acknowledged')).toBe(0)
  await spool.append([event('after')])
  expect(texts(await readAll(spool))).toEqual([names[0], names[1], 'after'])
  expect((await readFile(join(fixture.folder, (await fixture.files('.damaged'))[0]!))).includes('event 2 ')).toBe(false)
})

test('an unfinished write is kept aside for the time of the retention', async () => {
  const fixture = await SpoolFixture.make()
  let spool = await fixture.start()
  await spool.append([event('a'), event('never acknowledged')])
  await spool.stop()
  const path = join(fixture.folder, (await fixture.files('.spool'))[0]!)
  const { length } = await readFile(path)
  await truncate(path, length - 5)
  spool = await fixture.start({ retentionMs: 60_000 })
  expect(fixture.lines.find(({ msg }) => msg.includes('cut off'))).toMatchObject({
    bytes: recordBytes(event('never acknowledged')) - 5,
    file: expect.stringMatching(/torn$/),
  })
  expect(spool.state.damage.files).toBe(0)
  const [torn] = await fixture.files('.torn')
  expect(torn).toBeDefined()
  const old = new Date(Date.now() - 120_000)
  await utimes(join(fixture.folder, torn!), old, old)
  await expect.poll(() => fixture.files('.torn'), poll).toEqual([])
})

test('a file that was cut by someone else costs what is gone, not the rest', async () => {
  const fixture = await SpoolFixture.make()
  let spool = await fixture.start({ segmentBytes: 1_000 })
  for (const name of names) await spool.append([event(name)])
  await spool.stop()
  spool = await fixture.start({ segmentBytes: 1_000 })
  const [first] = await fixture.files('.spool')
  await truncate(join(fixture.folder, first!), 500)
  const read = texts(await readAll(spool))
  expect(read.length).toBeGreaterThan(30)
  expect(names.filter((name) => !read.includes(name)).length).toBe(spool.state.damage.events)
})

test('what a device sends cannot pass for a record where one is damaged', async () => {
  const fixture = await SpoolFixture.make()
  const forged = event('forged')
  const record = Buffer.alloc(recordBytes(forged))
  encodeRecord(record, 0, forged, 1_000_000, Date.now())
  let spool = await fixture.start()
  await spool.append([event('a'), { ...event(''), payload: Buffer.concat([Buffer.from('before '), record]) }, event('b'), event('c')])
  await spool.stop()
  await flipBit(join(fixture.folder, (await fixture.files('.spool'))[0]!), (bytes) => bytes.indexOf('before '))
  spool = await fixture.start()
  expect(texts(await readAll(spool))).toEqual(['a', 'b', 'c'])
  expect(spool.end).toBe(4)
})

test('a bad block of the disk reads as zeros, what stands around it as it is', async () => {
  const content = Buffer.alloc(20_000, 'x')
  const handle = {
    read: async (target: Buffer, at: number, length: number, position: number) => {
      if (position < 9_000 && position + length > 8_192) throw Object.assign(new Error('i/o error'), { code: 'EIO' })
      return { bytesRead: content.copy(target, at, position, position + length), buffer: target }
    },
  }
  const bytes = await readAt(handle as unknown as FileHandle, 0, 20_000)
  expect(bytes.subarray(0, 8_192).every((byte) => byte === 120)).toBe(true)
  expect(bytes.subarray(8_192, 12_288).every((byte) => byte === 0)).toBe(true)
  expect(bytes.subarray(12_288).every((byte) => byte === 120)).toBe(true)
})

test('segments of the first format are read', async () => {
  const fixture = await SpoolFixture.make()
  const text = 'from before'
  const topic = 'application/1/device/2/event/up'
  const body = Buffer.concat([Buffer.alloc(15), Buffer.from(topic + text)])
  body.writeUIntLE(5, 0, 6)
  body.writeUIntLE(Date.UTC(2026, 0, 1), 6, 6)
  body[12] = 1
  body.writeUInt16LE(topic.length, 13)
  const head = Buffer.alloc(12)
  head.writeUInt32LE(0xa5d1_0e5a, 0)
  head.writeUInt32LE(body.length, 4)
  head.writeUInt32LE(crc32(body, crc32(head.subarray(4, 8))), 8)
  const header = encodeHeader(5)
  header.writeUInt32LE(1, 8)
  await writeFile(join(fixture.folder, '0000000000000005.spool'), Buffer.concat([header, head, body]))
  const spool = await fixture.start()
  await spool.append([event('new')])
  const read = await readAll(spool)
  expect(texts(read)).toEqual([text, 'new'])
  expect(read[0]).toMatchObject({ offset: 5, spooledAt: '2026-01-01T00:00:00.000Z', topic })
})
