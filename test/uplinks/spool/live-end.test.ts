import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { event, readAll, SpoolFixture, texts } from './spool-fixture.ts'

const ask = () => AbortSignal.timeout(5_000)

describe('consumers near the live end share what was written', () => {
  test('they get the very same events, from no file', async () => {
    const fixture = await SpoolFixture.make()
    const spool = await fixture.start({ consumers: ['store', 'topics'], remembered: { events: 100, bytes: 1e6 } })
    await spool.append([event('a'), event('b')])
    const [store, topics] = [spool.consumer('store'), spool.consumer('topics')]
    const [first, second] = [await store.read(10, ask()), await topics.read(10, ask())]
    expect(texts(first)).toEqual(['a', 'b'])
    expect(second[0]).toBe(first[0])
  })

  test('whatever is remembered, however fast each goes: everything, once, in order', async () => {
    const plan = fc.record({
      remembered: fc.record({ events: fc.integer({ min: 0, max: 20 }), bytes: fc.constantFrom(0, 500, 1e6) }),
      segmentBytes: fc.integer({ min: 100, max: 3_000 }),
      steps: fc.array(
        fc.oneof(
          fc.record({ append: fc.integer({ min: 1, max: 9 }) }),
          fc.record({ by: fc.constantFrom('store', 'topics'), read: fc.integer({ min: 1, max: 12 }) }),
        ),
        { maxLength: 40 },
      ),
    })
    await fc.assert(
      fc.asyncProperty(plan, async ({ remembered, segmentBytes, steps }) => {
        const fixture = await SpoolFixture.make()
        const spool = await fixture.start({ consumers: ['store', 'topics'], remembered, segmentBytes })
        const seen: Record<string, number[]> = { store: [], topics: [] }
        const consumers: Record<string, ReturnType<typeof spool.consumer>> = {
          store: spool.consumer('store'),
          topics: spool.consumer('topics'),
        }
        const read = async (by: string, most: number) => {
          if (seen[by]!.length === spool.end) return
          seen[by]!.push(...(await consumers[by]!.read(most, ask())).map(({ payload }) => Number(Buffer.from(payload).toString())))
        }
        for (const step of steps) {
          if ('append' in step) await spool.append(Array.from({ length: step.append }, (_, index) => event(`${spool.end + index}`)))
          else await read(step.by, step.read)
        }
        for (const by of ['store', 'topics']) while (seen[by]!.length < spool.end) await read(by, 10)
        const all = Array.from({ length: spool.end }, (_, number) => number)
        expect(seen).toEqual({ store: all, topics: all })
        for (const consumer of Object.values(consumers)) await consumer.close()
        await spool.stop()
      }),
      { numRuns: 60 },
    )
  }, 120_000)

  test('one that falls back into the middle of a large segment goes on exactly where it was', async () => {
    const fixture = await SpoolFixture.make()
    const spool = await fixture.start({ remembered: { events: 3, bytes: 1e9 } })
    const consumer = spool.consumer('store')
    const filler = '.'.repeat(60_000)
    const seen: string[] = []
    for (let number = 0; number < 200; number++) {
      await spool.append([event(`${number} ${filler}`)])
      if (number < 120) seen.push(...texts(await consumer.read(10, ask())))
    }
    while (seen.length < 200) seen.push(...texts(await consumer.read(10, ask())))
    expect(seen.map((text) => Number(text.split(' ')[0]))).toEqual(Array.from({ length: 200 }, (_, number) => number))
    await consumer.close()
  })

  test('after a restart everything is there, larger than any buffer too', async () => {
    const fixture = await SpoolFixture.make()
    let spool = await fixture.start()
    const big = 'x'.repeat(2_000_000)
    await spool.append([event('a'), event(big), event('b')])
    await spool.stop()
    spool = await fixture.start()
    expect(texts(await readAll(spool))).toEqual(['a', big, 'b'])
  })
})
