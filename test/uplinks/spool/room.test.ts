import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeWhole } from '../../../src/uplinks/spool/files.ts'
import { encodeHeader } from '../../../src/uplinks/spool/record.ts'
import { event, readAll, SpoolFixture, texts } from './spool-fixture.ts'

const mebi = 1024 * 1024
const poll = { timeout: 20_000, interval: 50 }

test('below the reserve events that every consumer has read go before their time, oldest first, others never', async () => {
  const fixture = await SpoolFixture.make()
  let free = 100 * mebi
  let clock = 0
  const options = { reserveBytes: 80 * mebi, free: async () => free, segmentBytes: 100, consumers: ['store', 'topics'] }
  const spool = await fixture.start({ ...options, now: () => (clock += 2_000) })
  for (const text of ['a', 'b', 'c', 'd']) await spool.append([event(text.repeat(100))])
  spool.consumer('store').done(3)
  spool.consumer('topics').done(1)
  await spool.append([event('e')])
  expect(await fixture.files('.spool')).toHaveLength(5)
  free = 70 * mebi
  await spool.append([event('f')])
  expect(texts(await readAll(spool, spool.consumer('topics')))).toEqual(['c'.repeat(100), 'd'.repeat(100), 'e', 'f'])
  expect(spool.state.refusal).toBeNull()
})

test('on a small disk the file that is written to is no obstacle: it is ended, and goes, once everyone has read it', async () => {
  const fixture = await SpoolFixture.make()
  let clock = 0
  let scarce = false
  const free = async () => (scarce && (await fixture.files('.spool')).length > 0 ? 0 : 1e12)
  const spool = await fixture.start({ reserveBytes: 80 * mebi, now: () => (clock += 2_000), free })
  await spool.append([event('a')])
  scarce = true
  await expect(spool.append([event('b')])).rejects.toMatchObject({ code: 'spool.full' })
  spool.consumer('store').done(0)
  await spool.append([event('c')])
  expect((await readAll(spool)).map(({ offset, payload }) => [offset, Buffer.from(payload).toString()])).toEqual([[1, 'c']])
})

test('no more is deleted than brings the reserve back', async () => {
  const fixture = await SpoolFixture.make()
  let clock = 0
  let scarceWith = -1
  const free = async () => ((await fixture.files('.spool')).length === scarceWith ? 0 : 1e12)
  const spool = await fixture.start({ reserveBytes: 80 * mebi, segmentBytes: 100, now: () => (clock += 2_000), free })
  for (const text of ['a', 'b', 'c', 'd']) await spool.append([event(text.repeat(100))])
  spool.consumer('store').done(3)
  scarceWith = 4
  await spool.append([event('e')])
  expect((await fixture.files('.spool')).map((name) => Number.parseInt(name, 10))).toEqual([1, 2, 3, 4])
})

test('when the consumers need what is left nothing is taken in, which is said once; it goes on by itself, also when nobody sends', async () => {
  const fixture = await SpoolFixture.make()
  let free = 9 * mebi
  const spool = await fixture.start({ reserveBytes: 80 * mebi, free: async () => free })
  await expect(spool.append([event('a')])).rejects.toMatchObject({ code: 'spool.full' })
  await expect(spool.append([event('a')])).rejects.toMatchObject({ code: 'spool.full' })
  expect(spool.state.refusal).toMatchObject({ code: 'spool.full' })
  expect(fixture.lines.filter(({ level }) => level === 50)).toHaveLength(1)
  expect(fixture.metrics.count('spoolRefused:spool.full')).toBe(2)
  free = 11 * mebi
  await expect.poll(() => spool.state.refusal, poll).toBeNull()
  expect(fixture.said('takes events again')).toBe(1)
  await spool.append([event('b')])
  expect(texts(await readAll(spool))).toEqual(['b'])
})

test('a disk that tells no room but refuses to write: the trial that is made shows when it takes again', async () => {
  const fixture = await SpoolFixture.make()
  let full = true
  const disk = {
    write: async (...given: Parameters<typeof writeWhole>) => {
      if (full) throw Object.assign(new Error('quota'), { code: 'EDQUOT' })
      await writeWhole(...given)
    },
    sync: (handle: Parameters<typeof writeWhole>[0]) => handle.datasync(),
  }
  const spool = await fixture.start({ disk, reserveBytes: 80 * mebi, free: async () => 1e12 })
  await expect(spool.append([event('a')])).rejects.toMatchObject({ code: 'spool.full' })
  full = false
  await expect.poll(() => spool.state.refusal, poll).toBeNull()
  expect(await fixture.files('probe')).toEqual([])
})

test('cursors that a full disk cannot save keep nothing from making room', async () => {
  const fixture = await SpoolFixture.make()
  let full = false
  const disk = {
    write: async (...given: Parameters<typeof writeWhole>) => {
      if (full && (await fixture.files('.spool')).length > 3) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      await writeWhole(...given)
    },
    sync: (handle: Parameters<typeof writeWhole>[0]) => handle.datasync(),
  }
  const spool = await fixture.start({ disk, segmentBytes: 100 })
  for (const text of ['a', 'b', 'c']) await spool.append([event(text.repeat(100))])
  // A folder in the place of its draft: it cannot be saved.
  await mkdir(join(fixture.folder, 'store.cursor.new'))
  spool.consumer('store').done(1)
  await expect.poll(() => fixture.said('cursor not saved'), poll).toBe(1)
  full = true
  await spool.append([event('d')])
  expect(await fixture.files('store.cursor')).toEqual([])
  full = false
  await spool.stop()
  expect(texts(await readAll(await fixture.start()))).toEqual(['b'.repeat(100), 'c'.repeat(100), 'd'])
})

test('an offset that was given is not given again when the segment that tells of it is empty', async () => {
  const fixture = await SpoolFixture.make()
  await writeFile(join(fixture.folder, '0000000000000007.spool'), encodeHeader(7))
  const spool = await fixture.start()
  expect(spool.end).toBe(7)
})
