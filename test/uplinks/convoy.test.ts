import { expect, test } from 'vitest'
import { Convoy, type Follower } from '../../src/uplinks/convoy.ts'

const never = new AbortController().signal
const far = 600_000

function convoyOf(...followers: Partial<Follower>[]) {
  const all = followers.map((traveller) => ({ reached: 0, stuck: false, ...traveller }))
  return { all, convoy: new Convoy({ followers: () => all, near: 10, reach: 30, patienceMs: far }) }
}

/** Whether it is over once all that is due has run. */
async function isOver(waiting: Promise<void>): Promise<boolean> {
  let over = false
  waiting.then(() => {
    over = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  return over
}

test('one who is near the others goes on at once', async () => {
  const { convoy } = convoyOf({ reached: 100 }, { reached: 90 })
  expect(await isOver(convoy.wait(100, never))).toBe(true)
})

test('one who is ahead waits until the one behind has come near', async () => {
  const { all, convoy } = convoyOf({ reached: 100 }, { reached: 80 })
  const waiting = convoy.wait(100, never)
  expect(await isOver(waiting)).toBe(false)
  Object.assign(all[1] ?? {}, { reached: 85 })
  convoy.moved()
  expect(await isOver(waiting)).toBe(false)
  Object.assign(all[1] ?? {}, { reached: 90 })
  convoy.moved()
  expect(await isOver(waiting)).toBe(true)
})

test('one who is out of reach is left behind', async () => {
  const { convoy } = convoyOf({ reached: 100 }, { reached: 69 })
  expect(await isOver(convoy.wait(100, never))).toBe(true)
})

test('one who is stuck is not waited for, nor one who becomes it', async () => {
  const { all, convoy } = convoyOf({ reached: 100 }, { reached: 80, stuck: true }, { reached: 85 })
  const waiting = convoy.wait(100, never)
  expect(await isOver(waiting)).toBe(false)
  Object.assign(all[2] ?? {}, { stuck: true })
  convoy.moved()
  expect(await isOver(waiting)).toBe(true)
})

test('whoever does not move is waited for no longer than patience', async () => {
  const convoy = new Convoy({ followers: () => [{ reached: 80, stuck: false }], near: 10, reach: 30, patienceMs: 1 })
  await convoy.wait(100, never)
})

test('a stop ends all waiting', async () => {
  const { convoy } = convoyOf({ reached: 80 })
  const stop = new AbortController()
  const waiting = convoy.wait(100, stop.signal)
  stop.abort()
  expect(await isOver(waiting)).toBe(true)
  expect(await isOver(convoy.wait(100, stop.signal))).toBe(true)
})

test('followers of different speeds: nobody gets further ahead than near and a batch', async () => {
  // three who go 10 at a time through 1,000, one of them at every third turn: nobody is ever further ahead than near and a batch
  const all = [1, 1, 3].map((slowness) => ({ reached: 0, stuck: false, slowness }))
  const convoy = new Convoy({ followers: () => all, near: 10, reach: 30, patienceMs: far })
  let widest = 0
  await Promise.all(
    all.map(async (one) => {
      while (one.reached < 1_000) {
        for (let turn = 0; turn < one.slowness; turn++) await new Promise((resolve) => setImmediate(resolve))
        one.reached += 10
        widest = Math.max(widest, one.reached - Math.min(...all.map(({ reached }) => reached)))
        convoy.moved()
        await convoy.wait(one.reached, never)
      }
    }),
  )
  expect(widest).toBe(20)
})
