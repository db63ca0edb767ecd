import { describe, expect, test } from 'vitest'
import { OndineError } from '../../../src/errors/ondine-error.ts'
import { isSafeToRepeat } from '../../../src/provisioning/apply/is-passing.ts'
import { Pace, type PaceClock } from '../../../src/provisioning/apply/pace.ts'

const away = () => new OndineError('chirpstack.unreachable', { url: 'http://chirpstack:8080', reason: 'no connection' })
const refused = (reason: 'busy' | 'exhausted' | 'invalid' | 'no-database') =>
  new OndineError('chirpstack.refused', { method: 'DeviceService.Create', subject: 'device 0018b20000001a2b', answer: '', reason })

/** A clock that jumps to the next one who waits, as soon as nothing else is to be done. */
class JumpingClock implements PaceClock {
  #now = 0
  readonly #sleepers: { at: number; wake: () => void }[] = []

  now(): number {
    return this.#now
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason)
      signal.addEventListener('abort', abort)
      const wake = () => {
        signal.removeEventListener('abort', abort)
        resolve()
      }
      this.#sleepers.push({ at: this.#now + milliseconds, wake })
      setImmediate(() => this.#jump())
    })
  }

  #jump(): void {
    const [first] = this.#sleepers.sort((a, b) => a.at - b.at)
    if (first === undefined) return
    this.#sleepers.shift()
    this.#now = Math.max(this.#now, first.at)
    first.wake()
  }
}

/** Sixteen workers on so many pieces of work; gives how many were under way at most. */
async function carryOut(pace: Pace, count: number, work: (index: number, again: boolean) => Promise<void>): Promise<number> {
  let [next, underWay, most] = [0, 0, 0]
  const worker = async () => {
    while (next < count) {
      const index = next++
      await pace.run(async (again) => {
        most = Math.max(most, ++underWay)
        await work(index, again).finally(() => underWay--)
      })
    }
  }
  await Promise.all(Array.from({ length: 16 }, worker))
  return most
}

describe('a pace', () => {
  test('does every piece once, some at once and never more than allowed', async () => {
    const clock = new JumpingClock()
    const done: number[] = []
    const most = await carryOut(new Pace({ clock, most: 8 }), 2000, async (index) => {
      await clock.sleep(10, new AbortController().signal)
      done.push(index)
    })
    expect(done.length).toBe(2000)
    expect(new Set(done).size).toBe(2000)
    expect(most).toBe(8)
  })

  test('waits for a server that is away, and does again what it was doing, told so', async () => {
    const clock = new JumpingClock()
    const pace = new Pace({ clock, random: () => 1 })
    const [back, again] = [3_600_000, new Set<number>()]
    const silences: (number | undefined)[] = []
    let asked = 0
    await carryOut(pace, 50, async (index, isAgain) => {
      asked++
      if (isAgain) again.add(index)
      await clock.sleep(5, new AbortController().signal)
      silences.push(pace.silence?.for)
      if (clock.now() < back) throw away()
    })
    expect(asked - 50).toBeLessThan(3_600_000 / 30_000 + 20)
    expect(again.size).toBeGreaterThan(0)
    expect(Math.max(...silences.map((silence) => silence ?? 0))).toBeGreaterThan(3_000_000)
    expect(pace.silence).toBeNull()
  })

  test('halves what a busy server is asked, and does it again', async () => {
    const clock = new JumpingClock()
    const pace = new Pace({ clock })
    let refusals = 0
    await carryOut(pace, 200, async (index, again) => {
      await clock.sleep(5, new AbortController().signal)
      if (again || index % 20 !== 0) return
      refusals++
      throw refused(index % 40 === 0 ? 'busy' : 'exhausted')
    })
    expect(refusals).toBe(10)
  })

  test('hands on at once what waiting does not mend, and at last what strains the server by itself', async () => {
    const clock = new JumpingClock()
    const pace = new Pace({ clock })
    await expect(pace.run(() => Promise.reject(refused('invalid')))).rejects.toThrow('Correct the value')
    await expect(pace.run(() => Promise.reject(new TypeError('oh')))).rejects.toThrow('oh')
    let attempts = 0
    const heavy = pace.run(() => {
      attempts++
      return Promise.reject(refused('exhausted'))
    })
    await expect(heavy).rejects.toMatchObject({ code: 'chirpstack.refused' })
    expect(attempts).toBe(20)
  })

  test('gives up a piece that gets no answer while others do', async () => {
    const clock = new JumpingClock()
    const pace = new Pace({ clock })
    const others = new AbortController()
    const rest = (async () => {
      while (!others.signal.aborted) await pace.run(() => clock.sleep(5, new AbortController().signal))
    })()
    await expect(pace.run(() => Promise.reject(away()))).rejects.toMatchObject({ code: 'chirpstack.unreachable' })
    others.abort()
    await rest
  })

  test('begins no more in a second than it is allowed', async () => {
    const clock = new JumpingClock()
    await carryOut(new Pace({ clock, perSecond: 50 }), 500, () => Promise.resolve())
    expect(clock.now()).toBeGreaterThanOrEqual(9_900)
    expect(clock.now()).toBeLessThan(11_000)
  })

  test('is over when its signal says so: in a pause, in the queue and before', async () => {
    const clock: PaceClock = {
      now: () => 0,
      sleep: (_, signal) => new Promise((_, no) => signal.addEventListener('abort', () => no(signal.reason))),
    }
    const pace = new Pace({ clock, most: 1 })
    const stop = new AbortController()
    const paused = pace.run(() => Promise.reject(away()), stop.signal)
    await Promise.resolve()
    const queued = pace.run(() => Promise.resolve(1), stop.signal)
    setImmediate(() => stop.abort(new Error('stopped')))
    await expect(paused).rejects.toThrow('stopped')
    await expect(queued).rejects.toThrow('stopped')
    await expect(pace.run(() => Promise.resolve(1), stop.signal)).rejects.toThrow('stopped')
  })
})

test('a call is safe to repeat where a twin or an older session cannot come of it', () => {
  expect(isSafeToRepeat(away(), 'createDevice')).toBe(true)
  expect(isSafeToRepeat(away(), 'deleteDevice')).toBe(true)
  for (const call of ['createTenant', 'createApplication', 'createProfile', 'activate'] as const) {
    expect(isSafeToRepeat(away(), call)).toBe(false)
    expect(isSafeToRepeat(refused('busy'), call)).toBe(true)
  }
  expect(isSafeToRepeat(refused('no-database'), 'createTenant')).toBe(false)
  expect(isSafeToRepeat(refused('no-database'), 'updateDevice')).toBe(true)
  expect(isSafeToRepeat(refused('invalid'), 'createDevice')).toBe(false)
  expect(isSafeToRepeat(new Error('oh'), 'getDevice')).toBe(false)
})
