import fc from 'fast-check'
import { expect, test } from 'vitest'
import { callKind } from '../../../src/codecs/engine/call-stream.ts'
import type { CodecEntry } from '../../../src/codecs/engine/codec-book.ts'
import { type Batch, type Job, JobQueue } from '../../../src/codecs/engine/job-queue.ts'
import { limits } from '../../../src/codecs/engine/limits.ts'
import { failure, type Verdict } from '../../../src/codecs/engine/results.ts'

const codecs: CodecEntry[] = [1, 2, 3].map((id) => ({
  id,
  model: `m${id}`,
  file: 'codec.js',
  source: '',
  lane: id % 2,
  pending: 0,
  replaced: false,
}))
const done: Verdict = { ok: true, data: {}, warnings: [] }

function job(index: number, settled: (index: number) => void): Job {
  const codec = codecs[index % 3]
  if (codec === undefined) throw new Error('no codec')
  return {
    codec,
    call: { kind: callKind.decode, time: index, fPort: 1, bytes: new Uint8Array(0), extra: null },
    settle: () => settled(index),
    deaths: 0,
    since: 0,
  }
}

const jobsOf = (batch: Batch) => batch.groups.flatMap(({ jobs }) => jobs)

test('whatever goes wrong, every job is settled once, and a guilty one is alone before it is blamed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 700 }), fc.uniqueArray(fc.integer({ min: 0, max: 699 }), { maxLength: 4 }), (count, guilty) => {
      const queue = new JobQueue(1)
      const settled: number[] = []
      for (let index = 0; index < count; index++) queue.add(job(index, (settledIndex) => settled.push(settledIndex)))
      for (
        let batch = queue.next(() => null, { lane: 0, free: true }, 0);
        batch !== null;
        batch = queue.next(() => null, { lane: 0, free: true }, 0)
      ) {
        expect(batch.size).toBeLessThanOrEqual(limits.batch)
        queue.ended(batch)
        const jobs = jobsOf(batch)
        const wrong = jobs.some(({ call }) => guilty.includes(call.time))
        if (wrong && !(batch.suspect && batch.size === 1)) queue.suspect(jobs)
        else for (const one of jobs) one.settle(done)
      }
      expect(settled.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index))
    }),
  )
})

test('suspects get their turn although other work never ends, one part at a time', () => {
  const queue = new JobQueue(1)
  queue.suspect([job(0, () => {}), job(1, () => {})])
  for (let index = 0; index < 2_000; index++) queue.add(job(index, () => {}))
  expect(queue.next(() => null, { lane: 0, free: false }, 0)?.suspect).toBe(false)
  expect(queue.next(() => null, { lane: 0, free: false }, 0)).toBeNull()
  const suspect = queue.next(() => null, { lane: 0, free: true }, 0)
  expect(suspect).toMatchObject({ suspect: true, size: 1 })
  expect(queue.next(() => null, { lane: 0, free: true }, 0)?.suspect).toBe(false)
  expect(queue.next(() => null, { lane: 0, free: true }, 0)?.suspect).toBe(false)
  if (suspect !== null) queue.ended(suspect)
  expect(queue.next(() => null, { lane: 0, free: true }, 0)?.suspect).toBe(true)
})

test('jobs that were not reached go first, refused ones are settled and not run', () => {
  const queue = new JobQueue(1)
  const settled: number[] = []
  const jobs = [0, 1, 2, 3].map((index) => job(index, (settledIndex) => settled.push(settledIndex)))
  for (const one of jobs.slice(2)) queue.add(one)
  queue.putBack(jobs.slice(0, 2))
  const batch = queue.next((one) => (one.codec.id === 2 ? failure('disabled') : null), { lane: 0, free: true }, 0)
  expect(batch && jobsOf(batch).map(({ call }) => call.time)).toEqual([0, 3, 2])
  expect(settled).toEqual([1])
})

test('a child takes the calls of its own codecs, and those of another when they have waited for too long', () => {
  const queue = new JobQueue(2)
  for (let index = 0; index < 4; index++) queue.add(job(index, () => {}))
  const take = (lane: number, now: number, free = true) => {
    const batch = queue.next(() => null, { lane, free }, now)
    return batch && jobsOf(batch).map(({ call }) => call.time)
  }
  expect(take(0, 0)).toEqual([1])
  expect(take(0, limits.takeOver)).toBeNull()
  // One that is at work has only just enough behind it.
  expect(take(0, limits.takeOver + 1, false)).toBeNull()
  expect(take(0, limits.takeOver + 1)).toEqual([0, 3, 2])
  expect(take(1, limits.takeOver + 1)).toBeNull()
})

test('a job that waits behind a batch that went wrong has the next turn', () => {
  const queue = new JobQueue(1)
  const take = () => queue.next(() => null, { lane: 0, free: true }, 0)
  queue.add(job(0, () => {}))
  const batch = take()
  if (batch === null) throw new Error('no batch')
  queue.add(job(1, () => {}))
  queue.suspect(jobsOf(batch))
  expect(take()).toMatchObject({ suspect: false, groups: [{ jobs: [{ call: { time: 1 } }] }] })
  expect(take()).toMatchObject({ suspect: true, groups: [{ jobs: [{ call: { time: 0 } }] }] })
})

test('where all that waited is refused, the suspects are not left behind it', () => {
  const queue = new JobQueue(1)
  const settled: number[] = []
  queue.suspect([job(0, () => {})])
  for (const index of [1, 4]) queue.add(job(index, (settledIndex) => settled.push(settledIndex)))
  const batch = queue.next((one) => (one.codec.id === 2 ? failure('disabled') : null), { lane: 0, free: true }, 0)
  expect(batch).toMatchObject({ suspect: true, groups: [{ jobs: [{ call: { time: 0 } }] }] })
  expect(settled).toEqual([1, 4])
})
