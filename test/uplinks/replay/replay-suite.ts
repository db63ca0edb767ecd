import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OndineError } from '../../../src/errors/ondine-error.ts'
import { hour, installed, meter, operator, otherMeter, ReplayFixture, type Store, uplink } from './replay-fixture.ts'

const hours = (devEui: string, count: number, from = 0) => Array.from({ length: count }, (_, n) => uplink(devEui, from + n))

/** A store of which single calls can be made to fail; everything else is its own. */
function breaking(store: Store, faults: { remove?: (done: () => Promise<void>) => Promise<void>; write?: () => void }): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'remove' && faults.remove !== undefined) {
        return (query: Parameters<Store['remove']>[0]) => faults.remove?.(() => target.remove(query))
      }
      if (name === 'write' && faults.write !== undefined) {
        return async (readings: Parameters<Store['write']>[0]) => {
          faults.write?.()
          return target.write(readings)
        }
      }
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

/** What a replay does alike over every store; registers its tests under the caller's `describe`. */
export function describeReplay(empty: () => Promise<Store>): void {
  let fixture: ReplayFixture
  beforeEach(async () => {
    fixture = await new ReplayFixture(await empty()).start()
  })
  afterEach(() => fixture.stop())

  const withoutTemperature = () => {
    fixture.decode = (n) => ({ ok: true, data: { volume: n }, warnings: [] })
  }

  test('a field that the codec gives no more is gone', async () => {
    await fixture.receive([...hours(meter, 30), ...hours(otherMeter, 3)])
    withoutTemperature()
    expect(await fixture.replay()).toMatchObject({ state: 'done', counts: { changed: 33, appeared: 0, vanished: 0, kept: 0, frames: 33 } })
    expect(await fixture.stored()).toEqual(hours(meter, 30).map((_, n) => ({ volume: n })))
    expect(await fixture.stored(otherMeter)).toEqual([{ volume: 0 }, { volume: 1 }, { volume: 2 }])
    const last = await fixture.store.lastValues({ tenant: null, services: null, assets: null }, { asset: 'w-1a2b' })
    expect(last.map(({ name, value }) => [name, value])).toEqual([['volume', 29]])
    // Once more there is nothing left to be done.
    expect(await fixture.replay()).toMatchObject({ counts: { changed: 0, unchanged: 33 } })
  })

  test('a dry run changes nothing and shows what would', async () => {
    await fixture.receive(hours(meter, 12))
    const before = await fixture.readings()
    fixture.decode = (n) => ({ ok: true, data: n === 3 ? {} : { volume: n, temperature: 9 }, warnings: [] })
    const { counts, examples } = await fixture.replay({ dryRun: true })
    expect(counts).toMatchObject({ frames: 12, changed: 11, unchanged: 0, vanished: 1 })
    expect(examples).toHaveLength(10)
    expect(examples[0]).toEqual({
      ...{ kind: 'changed', device: meter, channel: 'main', asset: 'w-1a2b', time: hour(0) },
      fields: [{ field: 'values.temperature', before: 8, after: 9 }],
    })
    expect(await fixture.readings()).toEqual(before)
    expect(fixture.audit).toEqual([])
    expect(fixture.replaced).toEqual([])
  })

  test('only the span that is asked for, also where it ends within a day', async () => {
    await fixture.receive(hours(meter, 6))
    withoutTemperature()
    await fixture.replay({ from: hour(2), to: hour(4) })
    expect(await fixture.stored()).toEqual(
      [0, 1, 2, 3, 4, 5].map((n) => (n === 2 || n === 3 ? { volume: n } : { volume: n, temperature: 8 })),
    )
  })

  test('readings whose frame is not in the archive, or cannot be decoded today, stay', async () => {
    await fixture.receive(hours(meter, 3), { archived: false })
    await fixture.receive(hours(meter, 3, 3))
    fixture.decode = (n) =>
      n === 4 ? { ok: false, reason: 'codec-error', errors: ['no'] } : { ok: true, data: { volume: n }, warnings: [] }
    expect(await fixture.replay()).toMatchObject({ counts: { frames: 3, undecoded: 1, changed: 2, kept: 4 } })
    expect(await fixture.stored()).toEqual(
      [0, 1, 2, 3, 4, 5].map((n) => (n === 3 || n === 5 ? { volume: n } : { volume: n, temperature: 8 })),
    )
  })

  test('frames that gave nothing give their readings, by the inventory of today', async () => {
    fixture.devices.delete(meter)
    await fixture.receive(hours(meter, 3))
    expect(await fixture.stored()).toEqual([])
    const [assignment] = installed(meter).assignments
    fixture.devices.set(
      meter,
      installed(meter, {
        assignments: [
          { ...assignment!, to: hour(1) },
          { ...assignment!, asset: 'new', from: hour(1) },
        ],
      }),
    )
    expect(await fixture.replay()).toMatchObject({ counts: { appeared: 3 } })
    expect((await fixture.readings()).map(({ asset }) => asset)).toEqual(['w-1a2b', 'new', 'new'])
    fixture.devices.set(meter, installed(meter, { assignments: [{ ...assignment!, from: hour(1) }] }))
    expect(await fixture.replay()).toMatchObject({ counts: { vanished: 1, changed: 2 } })
    expect((await fixture.readings()).map(({ asset }) => asset)).toEqual(['w-1a2b', 'w-1a2b'])
  })

  describe('cut off between taking out and writing anew', () => {
    test('by the end of the process: nothing is missing after the next start, and the replay goes on', async () => {
      await fixture.receive(hours(meter, 20))
      await fixture.receive(hours(meter, 5, 20), { archived: false })
      withoutTemperature()
      const removed = Promise.withResolvers<void>()
      const broken = breaking(fixture.store, {
        remove: async (remove) => {
          await remove()
          if ((await fixture.readings()).length > 0) return
          removed.resolve()
          await new Promise(() => {})
        },
      })
      await fixture.crash()
      await fixture.open(broken)
      const job = fixture.replay().catch(() => {})
      await removed.promise
      expect(await fixture.stored()).toEqual([])
      await fixture.crash()
      await fixture.open()
      expect(await fixture.ended(1)).toMatchObject({ state: 'done' })
      expect(await fixture.stored()).toEqual(hours(meter, 25).map((_, n) => (n < 20 ? { volume: n } : { volume: n, temperature: 8 })))
      void job
    })

    test('by a store that goes away: it is waited for, and nothing is missing', async () => {
      await fixture.receive(hours(meter, 10))
      await fixture.receive(hours(meter, 5, 10), { archived: false })
      withoutTemperature()
      let [writes, removes] = [0, 0]
      const broken = breaking(fixture.store, {
        remove: async (remove) => {
          await remove()
          removes++
        },
        write: () => {
          if (removes > 1 && writes++ < 3) throw new OndineError('store.unreachable', { store: 'test', reason: 'away' })
        },
      })
      await fixture.crash()
      await fixture.open(broken)
      expect(await fixture.replay()).toMatchObject({ state: 'done', counts: { changed: 10, kept: 5 } })
      expect(writes).toBeGreaterThan(3)
      expect(await fixture.stored()).toEqual(hours(meter, 15).map((_, n) => (n < 10 ? { volume: n } : { volume: n, temperature: 8 })))
    })
  })

  test('what comes while a device is replayed is not lost', async () => {
    await fixture.receive(hours(meter, 10))
    withoutTemperature()
    const arriving: Promise<void>[] = []
    // It is written before the removal unless something holds it: then it would be taken out, and nobody would write it anew.
    const arrive = async () => {
      if (fixture.audit.length === 0) return
      const receiving = fixture.receive([uplink(meter, 10 + arriving.length)])
      arriving.push(receiving)
      await Promise.race([receiving, new Promise((resolve) => setTimeout(resolve, 300))])
    }
    const receiving = breaking(fixture.store, {
      remove: async (remove) => {
        await arrive()
        await remove()
        await arrive()
      },
    })
    await fixture.crash()
    await fixture.open(receiving)
    await fixture.replay({ to: hour(100) })
    await Promise.all(arriving)
    expect(arriving).toHaveLength(2)
    expect(await fixture.stored()).toEqual(hours(meter, 12).map((_, n) => ({ volume: n })))
  })

  test('a database that cannot take out is told so before anything is begun; a dry run works', async () => {
    await fixture.receive(hours(meter, 3))
    withoutTemperature()
    const refusing = breaking(fixture.store, {
      remove: () => Promise.reject(new OndineError('store.cannot-remove', { store: 'test', reason: 'no' })),
    })
    await fixture.crash()
    await fixture.open(refusing)
    await expect(fixture.replay()).rejects.toMatchObject({ code: 'store.cannot-remove' })
    expect(await fixture.service.list(operator, { limit: 10 })).toEqual([])
    expect(await fixture.replay({ dryRun: true })).toMatchObject({ counts: { changed: 3 } })
    expect(await fixture.stored()).toEqual([0, 1, 2].map((volume) => ({ volume, temperature: 8 })))
  })
}
