import { expect, test } from 'vitest'
import { serverScope } from '../../src/access/scope.ts'
import { examine } from '../../src/health/doctor.ts'
import { EventWatch } from '../../src/health/event-watch.ts'
import type { Probes } from '../../src/health/ports.ts'
import { readiness } from '../../src/health/readiness.ts'
import type { DeviceInfo, LogEvent } from '../../src/lorawan/network-event.ts'

const now = new Date('2026-11-22T12:00:00.000Z')
const device: DeviceInfo = {
  ...{ tenantId: 't', tenantName: 't', applicationId: 'a', applicationName: 'a', deviceProfileId: 'p', deviceProfileName: 'p' },
  ...{ deviceName: 'd', devEui: '0018b20000001a2b', tags: {} },
}
const log = (code: string): LogEvent => ({
  type: 'log',
  level: 'ERROR',
  code,
  description: '',
  queueItemId: null,
  time: now.toISOString(),
  device,
})

const probes: Probes = {
  broker: async () => ({ reached: true, url: 'mqtt://b' }),
  chirpstack: async () => ({ reached: true, url: 'http://c', sees: 'all tenants', rights: [{ action: 'device.get', allowed: true }] }),
  spool: () => ({ refusal: null, damage: { files: 0, events: 0, bytes: 0 } }),
  store: async () => ({ kind: 'sqlite', version: '3', detail: 'SQLite 3' }),
  sweep: () => null,
  codecs: () => [],
  devices: async () => 240,
  neverJoined: async () => [],
  deadLetters: async () => ({}),
}

test('one broken probe is told and stops no other', async () => {
  const broken = async () => Promise.reject(new Error('boom'))
  const found = await examine(
    { ...probes, broker: broken, chirpstack: broken, store: broken, neverJoined: broken, deadLetters: broken },
    serverScope,
    new EventWatch().facts(),
    now,
  )
  expect(found.map(({ code }) => code)).toEqual([
    'broker-unreachable',
    'chirpstack-unreachable',
    'no-event-yet',
    'clock-unknown',
    'spool-takes',
    'store-unreachable',
    'codecs-work',
    'joins-unknown',
    'dead-letters-unknown',
    'blind-to-radio',
  ])
  expect(found[0]?.context).toEqual({ reason: 'boom' })
})

test('on a simulated network there is no radio to be blind to', async () => {
  const found = await examine({ ...probes, chirpstack: null }, serverScope, new EventWatch().facts(), now)
  expect(found.map(({ code }) => code)).toContain('chirpstack-simulated')
  expect(found.map(({ code }) => code)).not.toContain('blind-to-radio')
})

test('the scope reaches what is counted', async () => {
  const scope = { ...serverScope, tenant: 'tours' }
  const seen: unknown[] = []
  const count = async (given: unknown) => {
    seen.push(given)
    return {}
  }
  const list = async (given: unknown) => {
    seen.push(given)
    return []
  }
  await examine({ ...probes, deadLetters: count, neverJoined: list }, scope, new EventWatch().facts(), now)
  expect(seen).toEqual([scope, scope])
})

test('events are counted by QoS, those of gateways are not ours to judge', () => {
  const watch = new EventWatch()
  watch.arrived({ topic: 'application/1/device/0018b20000001a2b/event/up', qos: 1 }, now)
  watch.arrived({ topic: 'x/application/1/device/0018b20000001a2b/event/up', qos: 0 }, now)
  watch.arrived({ topic: 'eu868/gateway/7076ff0056081234/event/stats', qos: 0 }, now)
  expect(watch.facts()).toMatchObject({ total: 2, atQos0: 1, lastReceivedAt: now.toISOString() })
})

test('join troubles are remembered by device, the latest wins, other log codes are none', () => {
  const watch = new EventWatch()
  for (const code of ['OTAA', 'UPLINK_MIC', 'UPLINK_CODEC']) watch.read(log(code), now)
  watch.read({ type: 'gateway-stats', time: now.toISOString(), gatewayId: 'g' }, now)
  expect(watch.facts()).toMatchObject({ joinTroubles: { [device.devEui]: 'UPLINK_MIC' }, lags: [0, 0, 0] })
})

test('ready while all that matters works; a part that throws or hangs is down', async () => {
  const hangs = () => new Promise<boolean>(() => {})
  const throws = () => Promise.reject(new Error('x'))
  expect(await readiness({ spool: () => true })).toEqual({ ready: true, parts: { spool: true } })
  expect(await readiness({ spool: () => true, store: throws }, ['store'])).toEqual({ ready: true, parts: { spool: true, store: false } })
  expect(await readiness({ spool: hangs })).toEqual({ ready: false, parts: { spool: false } })
})
