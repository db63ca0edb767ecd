import { expect, test } from 'vitest'
import { serverScope } from '../../../src/access/scope.ts'
import type { LifeFacts } from '../../../src/inventory/ports.ts'
import type { LifePlan } from '../../../src/provisioning/life/facts.ts'
import { planDisable } from '../../../src/provisioning/life/plan-status.ts'
import { planSwap } from '../../../src/provisioning/life/plan-swap.ts'
import { rowsNow } from '../../../src/provisioning/life/runners.ts'
import { anAsset, newEui, oldEui, theFacts, theInput } from '../../support/life-facts.ts'

const asset = anAsset('PAV-Gare-2')
const request = { asset, device: { devEui: newEui, enable: false }, body: null, parameters: {}, force: false }

/** The rows of a plan's first step, which an apply before it has kept waiting. */
function after(facts: LifeFacts, { steps: [step] }: LifePlan) {
  if (step === undefined || !('expected' in step)) throw new Error('no step of a life')
  return rowsNow(step, {
    facts: { transaction: async (work) => work({ lifeFacts: async () => facts } as unknown as Parameters<typeof work>[0]) },
    known: () => undefined,
    job: { id: 'j', account: 'anna', scope: serverScope, tenant: 'tours' },
    now: () => new Date('2026-11-22T13:00:00Z'),
  })
}

test('what an apply has written of a device meanwhile stays', async () => {
  const facts = theFacts([asset])
  const declared = { name: 'renamed', serial: 'S-1', firmware: '1.2' }
  const meanwhile = { ...facts, devices: facts.devices.map((device) => ({ ...device, ...declared })) }
  const { devices, audit } = await after(meanwhile, planDisable(theInput(facts), oldEui))
  expect(devices).toMatchObject([{ devEui: oldEui, status: 'disabled', ...declared }])
  expect(audit).toMatchObject([{ time: '2026-11-22T13:00:00.000Z', account: 'anna' }])
})

test('an installation that was corrected meanwhile is not ended as it was, and nothing goes on from it', async () => {
  const facts = theFacts([asset])
  const meanwhile = { ...facts, assignments: facts.assignments.map((one) => ({ ...one, parameters: { emptyDistance: 3 } })) }
  await expect(after(meanwhile, planSwap(theInput(facts), request))).rejects.toMatchObject({ code: 'life.changed-meanwhile' })
  expect((await after(facts, planSwap(theInput(facts), request))).assignments).toHaveLength(2)
})
