import { expect, test } from 'vitest'
import { serverScope } from '../../../src/access/scope.ts'
import { Fingerprints } from '../../../src/provisioning/keys/fingerprint.ts'
import { OneAtATime } from '../../../src/provisioning/one-at-a-time.ts'
import { Upkeep } from '../../../src/provisioning/upkeep.ts'
import { MemoryNetwork } from '../../fakes/memory-network.ts'
import { MemoryProvisioningStore } from '../../fakes/memory-provisioning-store.ts'

const unused = () => Promise.reject(new Error('not asked for here'))

/** Each call for keys takes so many ms of its clock. */
function upkeepOf(tenants: readonly string[], callMs: number) {
  const [network, store, clock] = [new MemoryNetwork(), new MemoryProvisioningStore(), { ms: 0 }]
  network.fault = (method) => {
    if (method === 'getKeys') clock.ms += callMs
    return undefined
  }
  const upkeep = new Upkeep({
    ...{ store, network, holdings: unused, inventoryStore: { transaction: unused }, fingerprints: new Fingerprints(new Uint8Array(32)) },
    runner: { submit: unused, progress: () => null },
    ...{ newId: () => crypto.randomUUID(), now: () => new Date(clock.ms), observing: new OneAtATime() },
    tenants: async () => tenants,
    knownModels: () => [],
    changed: async () => {},
  })
  const remember = (tenant: string, count: number, keys: string | null) =>
    store.remember(
      Array.from({ length: count }, (_, index) => ({
        ...{ kind: 'device' as const, key: `${tenant} ${index} ${keys}`, tenant, owner: null, networkId: `${index}`, written: {} },
        ...{ fingerprint: 'x', keys, updatedAt: null },
      })),
    )
  return { upkeep, network, remember }
}

test('the time of all is told by what a hundred take', async () => {
  const { upkeep, network, remember } = upkeepOf(['tours', 'blois'], 20)
  await remember('tours', 250, 'a fingerprint')
  await remember('blois', 50, 'a fingerprint')
  // Nobody asks for keys that we did not write.
  await remember('tours', 30, null)
  expect(await upkeep.keysTime(serverScope, {})).toEqual({ devices: 300, measured: 100, seconds: 6 })
  expect(network.calls.map(({ method }) => method)).toEqual(Array.from({ length: 100 }, () => 'getKeys'))
  expect(await upkeep.keysTime(serverScope, { tenant: 'blois' })).toEqual({ devices: 50, measured: 50, seconds: 1 })
  expect(await upkeepOf(['tours'], 20).upkeep.keysTime(serverScope, {})).toEqual({ devices: 0, measured: 0, seconds: 0 })
})
