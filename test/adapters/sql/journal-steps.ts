import { noChanges } from '../../../src/inventory/ports.ts'
import type { Step } from '../../../src/provisioning/plan/plan.ts'
import type { StepEnd } from '../../../src/provisioning/ports.ts'

export const euiAt = (position: number) => (0x0018b20000100000n + BigInt(position)).toString(16).padStart(16, '0')

/** A meter of `tours` to be made, as a large plan holds thousands of. */
export function stepAt(position: number): Step {
  const [key, source] = [euiAt(position), { file: 'water/2026-11-delivery.csv', line: position + 2 }]
  const names = { tenant: 'tours', service: 'water', model: 'axioma/qalcosonic-w1', serial: `W1-${position}`, name: `meter ${position}` }
  const wanted = { ...names, source, devEui: key, joinEui: '0018b20000000001', tags: { model: names.model, round: '12' } }
  return { kind: 'device', action: 'create-device', key, source, wanted, keys: `fingerprint of the keys of ${key}` }
}

/** All that goes with its end: what was written, its row in the inventory, its sealed keys dropped. */
export function endOf(jobId: string, position: number, tenantId: string): StepEnd {
  const devEui = euiAt(position)
  const device = {
    ...{ devEui, tenantId, serviceId: null, name: `meter ${position}`, model: 'axioma/qalcosonic-w1', firmware: null },
    ...{ serial: `W1-${position}`, status: 'in stock' as const },
  }
  const written = {
    ...{ devEui, applicationId: jobId, profileId: jobId, name: device.name, description: '', joinEui: '0018b20000000001' },
    ...{ disabled: false, skipFcntCheck: false, tags: { model: 'axioma/qalcosonic-w1', round: '12' }, variables: {} },
  }
  const keys = `fingerprint of the keys of ${devEui}`
  const of = { kind: 'device', key: devEui, tenant: 'tours', networkId: devEui, owner: null } as const
  const entry = { ...of, fingerprint: `fingerprint of ${devEui}`, keys, updatedAt: '2026-11-22T06:00:00.000Z', written }
  return {
    ...{ jobId, position, state: 'done', problem: null, forget: [], remember: [entry] },
    inventory: { ...noChanges, declared: [device] },
    dropKeys: [{ devEui, fingerprint: keys }],
  }
}
