import { expect, test } from 'vitest'
import { GroupCommit } from '../../../src/adapters/sql/provisioning/group-commit.ts'

/** Writes that end when they are told to. */
function held(most = 100) {
  const written: (readonly number[])[] = []
  const open: { resolve: () => void; reject: (error: unknown) => void }[] = []
  const write = (items: readonly number[]) => {
    written.push(items)
    return new Promise<void>((resolve, reject) => open.push({ resolve, reject }))
  }
  const end = async (error?: Error) => {
    await expect.poll(() => open.length).toBe(1)
    const { resolve, reject } = open.pop()!
    if (error === undefined) resolve()
    else reject(error)
  }
  return { written, end, commit: new GroupCommit({ write, most, isOfOne: (error) => error instanceof RangeError }) }
}

test('what comes while a transaction runs is the next one, and a call resolves with its own', async () => {
  const { written, end, commit } = held()
  const done: number[] = []
  const add = (item: number) => commit.add(item).then(() => void done.push(item))
  const first = [1, 2, 3].map(add)
  await expect.poll(() => written).toEqual([[1, 2, 3]])
  const second = [4, 5].map(add)
  expect(done).toEqual([])
  await end()
  await Promise.all(first)
  expect(done).toEqual([1, 2, 3])
  await end()
  await Promise.all(second)
  expect(written).toEqual([
    [1, 2, 3],
    [4, 5],
  ])
  const last = add(6)
  await end()
  await last
  expect(done).toEqual([1, 2, 3, 4, 5, 6])
})

test('a transaction has so many at most', async () => {
  const { written, end, commit } = held(2)
  const all = Promise.all([1, 2, 3].map((item) => commit.add(item)))
  await end()
  await end()
  await all
  expect(written).toEqual([[1, 2], [3]])
})

test('what failed of one is tried one by one, and only that one is told; what failed of all is told to all', async () => {
  const { written, end, commit } = held()
  const some = Promise.allSettled([1, 2, 3].map((item) => commit.add(item)))
  await end(new RangeError('one of them'))
  await end()
  await end(new RangeError('this one'))
  await end()
  expect((await some).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(written).toEqual([[1, 2, 3], [1], [2], [3]])

  const away = Promise.allSettled([4, 5].map((item) => commit.add(item)))
  await end(new Error('the database is away'))
  expect((await away).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  const back = commit.add(6)
  await end()
  await back
  expect(written.slice(4)).toEqual([[4, 5], [6]])
})
