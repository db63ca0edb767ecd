import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { serverScope } from '../../../src/access/scope.ts'
import type { Fault } from '../../fakes/memory-network.ts'
import { ApplyFixture } from '../../support/apply-fixture.ts'
import { Mortal } from '../../support/mortal.ts'

type Event = 'fine' | 'unreachable' | 'lost' | 'busy' | 'killed before' | 'killed after'

const event = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Event>('fine') },
  { weight: 4, arbitrary: fc.constantFrom<Event>('unreachable', 'lost', 'busy', 'killed before', 'killed after') },
)

test('whatever is lost, busy or killed: in the end every device and key is there once, and the journal says so', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60 }), fc.integer({ min: 1, max: 70 }), async (drawn, devices) => {
      const events = [...drawn]
      const fixture = new ApplyFixture()
      const { network, store, keys } = fixture
      const steps = [...fixture.holders(), ...Array.from({ length: devices }, (_, index) => fixture.device(index))]
      const { job, steps: planned } = await fixture.plan(steps)
      const { id } = await store.createJob({ ...job, id: crypto.randomUUID(), createdAt: '2026-11-22T06:00:00.000Z' }, planned)
      const created = countCreated(fixture)

      for (let finished = false; !finished; ) {
        const mortal = new Mortal()
        network.fault = () => faultOf(events[0], events)
        const around = async (method: string, call: () => Promise<unknown>) => {
          const writes = method === 'begin' || method === 'end' || !(method in store)
          if (!writes || !events[0]?.startsWith('killed')) return call()
          const when = events.shift()
          if (when === 'killed after') await call().catch(() => {})
          mortal.kill()
          return new Promise(() => {})
        }
        const runner = fixture.runner({ network: mortal.of(network, around), store: mortal.of(store, around) })
        await runner.start()
        while (!mortal.dead && !finished) {
          const state = (await store.job(serverScope, id))?.state
          finished = state === 'done' || state === 'failed'
          await turn()
        }
        if (finished) await runner.stop()
      }

      const ended = await store.job(serverScope, id)
      expect(ended).toMatchObject({ state: 'done', done: steps.length, failed: 0 })
      expect([network.tenants.size, network.applications.size, network.profiles.size]).toEqual([1, 1, 1])
      expect(network.devices.size).toBe(devices)
      for (const [devEui, { appKey }] of keys) {
        const there = network.keys.get(devEui)?.appKey
        expect(there !== undefined && appKey !== undefined && there.equals(appKey)).toBe(true)
        expect(created.get(devEui)).toBe(1)
        expect(store.audit.filter(({ object, action }) => object === devEui && action === 'device.create')).toHaveLength(1)
        expect(store.audit.filter(({ object, action }) => object === devEui && action === 'device.keys')).toHaveLength(1)
        const remembered = store.memory.get(`device ${devEui}`)
        expect(remembered?.updatedAt).toBe(network.devices.get(devEui)?.updatedAt)
        expect(remembered).toMatchObject({ owner: expect.any(String), keys: expect.any(String) })
        expect(store.devices.get(devEui)).toMatchObject({ status: 'in stock' })
      }
      expect(store.sealed.size).toBe(0)
      expect((store.lines.get(id) ?? []).every(({ state, attempts }) => state === 'done' && attempts > 0)).toBe(true)
      expect(traces(fixture)).not.toMatch(keyPattern(fixture))
    }),
    { numRuns: 60 },
  )
})

/** Only what the network server really made counts. */
function countCreated({ network }: ApplyFixture): Map<string, number> {
  const created = new Map<string, number>()
  const { set } = network.devices
  network.devices.set = (devEui, device) => {
    if (!network.devices.has(devEui)) created.set(devEui, (created.get(devEui) ?? 0) + 1)
    return set.call(network.devices, devEui, device)
  }
  return created
}

function faultOf(next: Event | undefined, events: Event[]): Fault | undefined {
  if (next === undefined || next.startsWith('killed')) return undefined
  events.shift()
  return next === 'unreachable' || next === 'lost' || next === 'busy' ? next : undefined
}

function traces({ store, logged }: ApplyFixture): string {
  return JSON.stringify([[...store.memory.values()], [...store.lines.values()], store.audit, [...store.devices.values()], logged])
}

function keyPattern({ keys }: ApplyFixture): RegExp {
  const all = [...keys.values()].flatMap(({ appKey }) => (appKey === undefined ? [] : [appKey]))
  return new RegExp(all.flatMap((key) => [key.revealHex(), Buffer.from(key.revealBytes()).toString('base64url')]).join('|'), 'i')
}
