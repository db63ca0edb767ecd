import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Scope, serverScope } from '../../../src/access/scope.ts'
import { planAdd } from '../../../src/provisioning/life/plan-add.ts'
import { planMove } from '../../../src/provisioning/life/plan-move.ts'
import { planDisable, planFlush, planRestore, planRetire } from '../../../src/provisioning/life/plan-status.ts'
import { planSwap, type SwapRequest } from '../../../src/provisioning/life/plan-swap.ts'
import { planUndo } from '../../../src/provisioning/life/plan-undo.ts'
import { stepSchema } from '../../../src/provisioning/plan/plan.ts'
import {
  aDevice,
  anAsset,
  anAssignment,
  anId,
  bin,
  carriedOut,
  newEui,
  oldEui,
  serviceId,
  tenantId,
  theFacts,
  theInput,
} from '../../support/life-facts.ts'

const asset = anAsset('PAV-Gare-2')
const request: SwapRequest = { asset, device: { devEui: newEui, enable: false }, body: null, parameters: {}, force: false }
const now = '2026-11-22T12:00:00.000Z'
const aBody = { id: anId(), tenantId, serial: 'B', kind: 'meter' }

describe('a swap', () => {
  test('closes, opens, disables the old on the network, and can be written into the journal', () => {
    const facts = theFacts([asset])
    const plan = planSwap(theInput(facts), { ...request, startIndex: 3, endIndex: 812.5 })
    expect(plan.steps.map(({ action }) => action)).toEqual(['bind', 'set-disabled'])
    for (const step of plan.steps) expect(stepSchema.parse(JSON.parse(JSON.stringify(step)))).toEqual(step)
    const then = carriedOut(facts, plan)
    expect(then.assignments).toMatchObject([
      { devEui: oldEui, from: '2026-01-01T00:00:00.000Z', to: now, endIndex: 812.5 },
      { devEui: newEui, from: now, to: null, startIndex: 3, parameters: { emptyDistance: 2.1 } },
    ])
    expect(then.devices).toMatchObject([
      { devEui: oldEui, status: 'disabled' },
      { devEui: newEui, status: 'installed' },
    ])
    expect(plan.steps[1]).toMatchObject({ devEui: oldEui, disabled: true })
  })

  test('takes with it what the old device serves beside, on its channels', () => {
    const [first, second] = [anAsset('W-1'), anAsset('W-2')]
    const on = (channel: string) => ({ channel, parameters: { pulseWeight: 0.01, startIndex: 7 } })
    const devices = [aDevice(oldEui, { status: 'installed', model: 'acme/pulses' }), aDevice(newEui, { model: 'acme/pulses' })]
    const assignments = [anAssignment(oldEui, first, on('a')), anAssignment(oldEui, second, on('b'))]
    const facts = theFacts([first, second], { devices, assignments })
    // Each counter began elsewhere: the second one's index has to be told too.
    expect(() => planSwap(theInput(facts), { ...request, asset: first, parameters: { startIndex: 12 } })).toThrow(
      expect.objectContaining({ code: 'install.parameters-missing' }),
    )
    const plan = planSwap(theInput(facts), {
      ...request,
      asset: first,
      parameters: { startIndex: 12, 'b.startIndex': 8, 'b.pulseWeight': 1 },
    })
    expect(carriedOut(facts, plan).assignments.slice(2)).toMatchObject([
      { channel: 'a', assetId: first.id, parameters: { pulseWeight: 0.01, startIndex: 12 } },
      { channel: 'b', assetId: second.id, parameters: { pulseWeight: 1, startIndex: 8 } },
    ])
    expect(carriedOut(facts, plan).assignments.filter(({ to }) => to === null)).toHaveLength(2)
  })

  test('of a body alone keeps the radio, and asks the network nothing', () => {
    const facts = theFacts([asset])
    const plan = planSwap(theInput(facts), { ...request, device: null, body: { serial: 'B-2', kind: 'meter' } })
    expect(plan.steps).toHaveLength(1)
    const [bind] = plan.steps
    if (bind?.action !== 'bind') throw new Error('not bound')
    const [body] = bind.rows.equipment
    expect(body).toMatchObject({ serial: 'B-2' })
    expect(carriedOut(facts, plan).assignments[1]).toMatchObject({ devEui: oldEui, equipmentId: body?.id })
    expect(carriedOut(facts, plan).devices).toEqual(facts.devices)
  })

  test('of a radio keeps the body', () => {
    const equipmentId = anId()
    const facts = theFacts([asset], { assignments: [anAssignment(oldEui, asset, { equipmentId })] })
    expect(carriedOut(facts, planSwap(theInput(facts), request)).assignments[1]).toMatchObject({ devEui: newEui, equipmentId })
  })

  test('another family is refused unless it is meant', () => {
    const mixed = theFacts([asset], {
      devices: [aDevice(oldEui, { status: 'installed', model: 'acme/pulses' }), aDevice(newEui)],
      assignments: [anAssignment(oldEui, asset, { channel: 'a', parameters: { pulseWeight: 1, startIndex: 0 } })],
    })
    expect(() => planSwap(theInput(mixed), request)).toThrow(expect.objectContaining({ code: 'life.other-family' }))
    const forced = planSwap(theInput(mixed), { ...request, force: true, parameters: { emptyDistance: 2 } })
    expect(carriedOut(mixed, forced).assignments[1]).toMatchObject({ channel: 'main', parameters: { emptyDistance: 2 } })
  })

  const agent: Scope = { ...serverScope, role: 'agent', tenant: 'tours', communes: ['37261'] }
  const elsewhere = anAsset('PAV-2')
  test.for([
    ['life.same-device', {}, { device: { devEui: oldEui, enable: false } }],
    ['life.nothing-to-swap', {}, { device: null }],
    ['inventory.device-not-found', {}, { device: { devEui: '24e124713d100009', enable: false } }],
    ['inventory.device-elsewhere', { devices: [aDevice(oldEui, { status: 'installed' }), aDevice(newEui, { tenantId: anId() })] }, {}],
    ['inventory.device-retired', { devices: [aDevice(oldEui, { status: 'installed' }), aDevice(newEui, { status: 'retired' })] }, {}],
    ['life.disabled', { devices: [aDevice(oldEui, { status: 'installed' }), aDevice(newEui, { status: 'disabled' })] }, {}],
    ['life.installed-elsewhere', { assignments: [anAssignment(oldEui, asset), anAssignment(newEui, elsewhere)] }, {}],
    ['life.asset-not-served', { assignments: [] }, {}],
    ['life.several-devices', { assignments: [anAssignment(oldEui, asset), anAssignment(newEui, asset, { channel: 'b' })] }, {}],
    ['life.model-needed', { devices: [aDevice(oldEui, { status: 'installed' }), aDevice(newEui, { model: null })] }, {}],
    ['life.in-future', {}, { from: '2026-11-23T00:00:00Z' }],
    ['inventory.assignment-overlaps', {}, { from: '2025-11-23T00:00:00Z' }],
    [
      'life.body-elsewhere',
      { equipment: aBody, equipmentOpen: [anAssignment(newEui, elsewhere, { equipmentId: aBody.id })] },
      { body: { serial: 'B', kind: 'meter' } },
    ],
    ['install.parameters-refused', {}, { parameters: { emptyDistance: 99 } }],
    ['life.other-service', { devices: [aDevice(oldEui, { status: 'installed' }), aDevice(newEui, { serviceId: 'other' })] }, {}],
  ] as const)('%s', ([code, facts, asked]) => {
    const other = { id: 'other', tenantId, slug: 'water', name: 'water', chirpstackApplicationId: null }
    const given = theFacts([asset], facts)
    const input = theInput({ ...given, services: [...given.services, other] })
    expect(() => planSwap(input, { ...request, ...asked })).toThrow(expect.objectContaining({ code }))
  })

  test('is not of those who may not see the place', () => {
    expect(() => planSwap(theInput(theFacts([asset]), { scope: agent }), request)).toThrow(
      expect.objectContaining({ code: 'inventory.outside-scope' }),
    )
  })

  test('takes nothing from a stock that its asker may not see, not even by force', () => {
    const water = { id: 'other', tenantId, slug: 'water', name: 'water', chirpstackApplicationId: null }
    const facts = theFacts([asset], { devices: [aDevice(oldEui, { status: 'installed' }), aDevice(newEui, { serviceId: 'other' })] })
    const given = { ...facts, services: [...facts.services, water] }
    const scope: Scope = { ...serverScope, role: 'agent', tenant: 'tours', services: ['waste'] }
    expect(() => planSwap(theInput(given, { scope }), { ...request, force: true })).toThrow(
      expect.objectContaining({ code: 'inventory.device-elsewhere' }),
    )
    expect(planSwap(theInput(given), { ...request, force: true }).steps).toHaveLength(2)
  })

  test('from another service’s stock, by force, takes the device into the application of the asset, and an undo brings it back', () => {
    const bench = { id: '0191d8a0-0000-7000-8000-0000000000f9', tenantId, slug: 'bench', name: 'bench', chirpstackApplicationId: null }
    const plain = theFacts([asset])
    const devices = plain.devices.map((device) => (device.devEui === newEui ? { ...device, serviceId: bench.id } : device))
    const given = { ...plain, services: [...plain.services, bench], devices }
    const forced = { ...request, force: true }
    expect(planSwap(theInput(given), forced).steps.map(({ action }) => action)).toEqual(['bind', 'set-disabled'])
    const swap = planSwap(theInput(given), { ...forced, device: { devEui: newEui, enable: false, move: true } })
    expect(swap.steps).toMatchObject([
      { action: 'bind' },
      { action: 'move-device', devEui: newEui, from: { tenant: 'tours', service: 'bench' }, to: { tenant: 'tours', service: 'waste' } },
      { action: 'set-disabled', devEui: oldEui },
    ])
    for (const step of swap.steps) expect(stepSchema.parse(step)).toEqual(step)
    const after = carriedOut(given, swap)
    expect(after.devices.find(({ devEui }) => devEui === newEui)).toMatchObject({ serviceId, status: 'installed' })
    const undo = planUndo(theInput(after), { number: 1, createdAt: '2026-11-22T12:00:00.000Z', steps: swap.steps })
    expect(undo.steps).toMatchObject([
      { action: 'bind' },
      { action: 'move-device', devEui: newEui, from: { service: 'waste' }, to: { service: 'bench' } },
      { action: 'set-disabled', devEui: oldEui, disabled: false },
    ])
    expect(carriedOut(after, undo).devices.find(({ devEui }) => devEui === newEui)).toMatchObject({
      serviceId: bench.id,
      status: 'in stock',
    })
    // Its own service's stock stays where it is.
    expect(planSwap(theInput(plain), { ...request, device: { devEui: newEui, enable: false, move: true } }).steps).toHaveLength(2)
  })

  test('a step that comes too late finds that somebody was there', () => {
    const facts = theFacts([asset])
    const plan = planSwap(theInput(facts), request)
    const meanwhile = { ...facts, assignments: [...facts.assignments, anAssignment(newEui, elsewhere)] }
    expect(() => carriedOut(meanwhile, plan)).toThrow(newEui)
    // The old one is not disabled where it was not replaced.
    expect(() => carriedOut(facts, { steps: plan.steps.slice(1) })).toThrow(oldEui)
  })
})

describe('undone', () => {
  const settled = ({ devices, assignments }: ReturnType<typeof theFacts>) => ({
    status: devices.map(({ devEui, status }) => `${devEui} ${status}`).sort(),
    open: assignments
      .filter(({ to }) => to === null)
      .map(({ devEui, channel, assetId, equipmentId, parameters }) => JSON.stringify([devEui, channel, assetId, equipmentId, parameters]))
      .sort(),
  })
  const swapOf = (steps: ReturnType<typeof planSwap>['steps']) => ({
    number: 118,
    createdAt: now,
    steps: stepSchema.array().parse(JSON.parse(JSON.stringify(steps))),
  })

  test('a swap leaves what was before, but for history', () => {
    const channels = fc.uniqueArray(fc.constantFrom('main', 'a', 'b'), { minLength: 1 })
    fc.assert(
      fc.property(
        channels,
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 0, max: 60_000 }),
        fc.option(fc.uuid(), { nil: null }),
        (on, isBody, radio, wait, equipmentId) => {
          fc.pre(isBody || radio)
          const assets = on.map((channel) => anAsset(`P-${channel}`))
          const many = { ...bin, channels: { main: bin.channels.main, a: bin.channels.main, b: bin.channels.main } } as typeof bin
          const assignments = on.map((channel, index) => anAssignment(oldEui, assets[index]!, { channel, equipmentId }))
          const facts = theFacts(assets, { assignments })
          const input = (facts: ReturnType<typeof theFacts>, time: string) => theInput(facts, { model: () => many, now: time })
          const device = radio ? { devEui: newEui, enable: true } : null
          const swap = planSwap(input(facts, now), {
            ...request,
            asset: assets[0]!,
            device,
            body: isBody ? { serial: 'B', kind: 'meter' } : null,
          })
          const swapped = carriedOut(facts, swap)
          expect(settled(swapped)).not.toEqual(settled(facts))
          const undone = carriedOut(swapped, planUndo(input(swapped, new Date(Date.parse(now) + wait).toISOString()), swapOf(swap.steps)))
          expect(settled(undone)).toEqual(settled(facts))
          // Every stretch that was is still there, and none overlaps another.
          for (const one of swapped.assignments)
            expect(undone.assignments.find(({ id }) => id === one.id)).toMatchObject({ from: one.from })
          for (const { from, to } of undone.assignments) expect(to === null || to > from).toBe(true)
        },
      ),
    )
  })

  test('the new device is disabled where the swap had put it on the network', () => {
    const facts = theFacts([asset], { devices: [aDevice(oldEui, { status: 'installed' })] })
    const wanted = {
      source: { file: 'x', line: 1 },
      tenant: 'tours',
      service: 'waste',
      devEui: newEui,
      joinEui: null,
      model: 'acme/bin',
      serial: '',
      name: '',
      tags: {},
    }
    const swap = planSwap(theInput(facts), { ...request, device: { devEui: newEui, enable: false, create: { wanted, fingerprint: 'f' } } })
    expect(swap.steps.map(({ action }) => action)).toEqual(['create-device', 'bind', 'set-disabled'])
    const swapped = carriedOut(facts, swap)
    const undo = planUndo(theInput(swapped), swapOf(swap.steps))
    expect(undo.steps.map((step) => (step.action === 'set-disabled' ? [step.devEui, step.disabled] : step.action))).toEqual([
      'bind',
      [oldEui, false],
      [newEui, true],
    ])
    expect(carriedOut(swapped, undo).devices).toMatchObject([{ status: 'installed' }, { status: 'disabled' }])
  })

  test('not after 30 days, not twice, and not what was changed since', () => {
    const facts = theFacts([asset])
    const swap = planSwap(theInput(facts), request)
    const swapped = carriedOut(facts, swap)
    const late = theInput(swapped, { now: '2026-12-23T12:00:00.000Z' })
    expect(() => planUndo(late, swapOf(swap.steps))).toThrow(expect.objectContaining({ code: 'life.undo-too-late' }))
    const undone = carriedOut(swapped, planUndo(theInput(swapped), swapOf(swap.steps)))
    expect(() => planUndo(theInput(undone), swapOf(swap.steps))).toThrow(expect.objectContaining({ code: 'life.undo-changed' }))
    const retired = carriedOut(swapped, planRetire(theInput(swapped, { now: '2026-11-22T13:00:00.000Z' }), oldEui, {}))
    expect(() => planUndo(theInput(retired), swapOf(swap.steps))).toThrow(expect.objectContaining({ code: 'life.undo-changed' }))
  })

  test('a body that serves elsewhere by now is not taken from there by an undo', () => {
    const assignments = [anAssignment(oldEui, asset, { equipmentId: aBody.id })]
    const facts = theFacts([asset], { assignments })
    const swap = planSwap(theInput(facts), { ...request, device: null, body: { serial: 'C', kind: 'meter' }, parameters: {} })
    const swapped = carriedOut(facts, swap)
    expect(planUndo(theInput(swapped), swapOf(swap.steps)).steps).toHaveLength(1)
    const meanwhile = { ...swapped, equipmentOpen: [anAssignment(newEui, anAsset('W-9'), { equipmentId: aBody.id })] }
    expect(() => planUndo(theInput(meanwhile), swapOf(swap.steps))).toThrow(expect.objectContaining({ code: 'life.undo-changed' }))
  })
})

describe('disabled, restored, retired', () => {
  const facts = theFacts([asset])

  test('disabled and restored, a device serves what it served', () => {
    const disabled = carriedOut(facts, planDisable(theInput(facts), oldEui))
    expect(disabled.devices[0]).toMatchObject({ status: 'disabled' })
    expect(disabled.assignments).toEqual(facts.assignments)
    expect(carriedOut(disabled, planRestore(theInput(disabled), oldEui))).toEqual(facts)
  })

  test('retired, it serves nothing more, and restored it is in stock', () => {
    const retired = carriedOut(facts, planRetire(theInput(facts), oldEui, { at: '2026-11-22T10:00:00+01:00', endIndex: 5 }))
    expect(retired.assignments).toMatchObject([{ to: '2026-11-22T09:00:00.000Z', endIndex: 5 }])
    expect(carriedOut(retired, planRestore(theInput(retired), oldEui)).devices[0]).toMatchObject({ status: 'in stock' })
    expect(() => planDisable(theInput(retired), oldEui)).toThrow(expect.objectContaining({ code: 'life.retired' }))
    expect(() => planRetire(theInput(retired), oldEui, {})).toThrow(expect.objectContaining({ code: 'life.no-change' }))
  })

  test('one last index is not written to several meters', () => {
    const [first, second] = [anAsset('W-1'), anAsset('W-2')]
    const both = theFacts([first, second], {
      devices: [aDevice(oldEui, { status: 'installed', model: 'acme/pulses' })],
      assignments: [anAssignment(oldEui, first, { channel: 'a' }), anAssignment(oldEui, second, { channel: 'b' })],
    })
    expect(() => planRetire(theInput(both), oldEui, { endIndex: 5 })).toThrow(
      expect.objectContaining({ code: 'life.end-index-of-several' }),
    )
    expect(carriedOut(both, planRetire(theInput(both), oldEui, {})).assignments).toMatchObject([{ endIndex: null }, { endIndex: null }])
  })

  test('what is so already is told', () => {
    expect(() => planRestore(theInput(facts), oldEui)).toThrow(expect.objectContaining({ code: 'life.no-change' }))
  })

  test('nonces go only where a reused one is proven, or by force', () => {
    expect(() => planFlush(theInput(facts), oldEui, { reused: false, force: false })).toThrow(
      expect.objectContaining({ code: 'life.nonces-not-proven' }),
    )
    for (const asked of [
      { reused: true, force: false },
      { reused: false, force: true },
    ]) {
      const { steps } = planFlush(theInput(facts), oldEui, asked)
      expect(steps).toMatchObject([
        { action: 'flush-nonces', rows: { audit: [{ action: 'device.flush-nonces', after: { proven: asked.reused } }] } },
      ])
    }
  })
})

describe('moved', () => {
  const facts = theFacts([asset], { assignments: [] })
  const water = { id: anId(), tenantId, slug: 'water', name: 'water', chirpstackApplicationId: null }
  const there = { tenant: facts.tenant, services: [...facts.services, water], service: 'water' }
  const blois = { ...facts.tenant, id: anId(), slug: 'blois' }

  test('into another service', () => {
    const plan = planMove(theInput(facts), { devEui: newEui, to: there })
    expect(carriedOut(facts, plan).devices[1]).toMatchObject({ serviceId: water.id, tenantId })
  })

  test('into another tenant, who finds it in its audit too', () => {
    const plan = planMove(theInput(facts), { devEui: newEui, to: { ...there, tenant: blois } })
    const [step] = plan.steps
    if (step?.action !== 'move-device') throw new Error('not moved')
    expect(step.rows.audit.map(({ tenant }) => tenant)).toEqual(['tours', 'blois'])
    expect(step.rows.devices[0]).toMatchObject({ tenantId: blois.id, serviceId: water.id })
  })

  test.for([
    ['life.there-already', facts, { ...there, service: 'waste' }],
    ['life.service-unknown', facts, { ...there, service: 'wattr' }],
    ['life.move-installed', theFacts([asset], { assignments: [anAssignment(newEui, asset)] }), there],
    [
      'life.other-tenant-history',
      theFacts([asset], { assignments: [anAssignment(newEui, asset, { to: now })] }),
      { ...there, tenant: blois },
    ],
    ['life.model-needed', theFacts([asset], { assignments: [], devices: [aDevice(newEui, { model: null })] }), { ...there, tenant: blois }],
  ] as const)('%s', ([code, given, to]) => {
    expect(() => planMove(theInput(given), { devEui: newEui, to })).toThrow(expect.objectContaining({ code }))
  })
})

test('added and installed at once: what the model refuses is refused before anything is made', () => {
  const wanted = {
    source: { file: 'x', line: 1 },
    tenant: 'tours',
    service: 'waste',
    devEui: newEui,
    joinEui: null,
    model: 'acme/bin',
    serial: '',
    name: '',
    tags: {},
  }
  const prepared = { wanted, fingerprint: 'f', model: bin, before: [] }
  expect(() => planAdd(prepared, { asset: 'PAV-9', parameters: {} }, now)).toThrow(
    expect.objectContaining({ code: 'install.parameters-missing' }),
  )
  const steps = planAdd(prepared, { asset: 'PAV-9', parameters: { emptyDistance: 2 } }, now)
  for (const step of steps) expect(stepSchema.parse(step)).toEqual(step)
  expect(steps).toMatchObject([{ action: 'create-device' }, { action: 'install', wanted: { asset: 'PAV-9', channel: 'main', from: now } }])
})
