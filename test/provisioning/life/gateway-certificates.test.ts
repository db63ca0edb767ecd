import { expect, test } from 'vitest'
import type { AuditEntry } from '../../../src/access/audit.ts'
import { type Scope, serverScope } from '../../../src/access/scope.ts'
import { gatewayCertificate } from '../../../src/provisioning/life/gateway-certificates.ts'

const gateway = { gatewayId: '7076ff0056081234', tenant: 'tours', name: 'x', latitude: null, longitude: null }
const technician: Scope = { ...serverScope, account: 'anna', role: 'technician', tenant: 'tours' }

function ask(scope: Scope) {
  const audited: AuditEntry[] = []
  let made = 0
  const answer = gatewayCertificate(
    {
      inventory: { gateway: async () => gateway },
      network: { gatewayCertificate: async () => ({ certificate: 'C', privateKey: `secret ${++made}`, ca: 'A', expiresAt: null }) },
      audit: { add: async (rows) => void audited.push(...rows) },
      now: () => new Date(0),
    },
    scope,
    gateway.gatewayId,
  )
  return { answer, audited, made: () => made }
}

test('is audited without its key', async () => {
  const { answer, audited } = ask(technician)
  expect(await answer).toMatchObject({ privateKey: 'secret 1' })
  expect(audited).toMatchObject([{ account: 'anna', tenant: 'tours', action: 'gateway.certificate', object: gateway.gatewayId }])
  expect(JSON.stringify(audited)).not.toContain('secret')
})

test.for([
  ['access.forbidden', { role: 'agent' }],
  ['provisioning.limited-token', { services: ['water'] }],
  ['provisioning.limited-token', { communes: ['37261'] }],
] as const)('%s: none is made for %o', async ([code, limit]) => {
  const { answer, made } = ask({ ...technician, ...limit } as Scope)
  await expect(answer).rejects.toMatchObject({ code })
  expect(made()).toBe(0)
})
