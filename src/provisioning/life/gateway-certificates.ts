import type { AuditTrail } from '../../access/audit.ts'
import type { Scope } from '../../access/scope.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { ClientCertificate, NetworkProvisioning } from '../network.ts'
import { need } from '../rights.ts'

interface Dependencies {
  inventory: Pick<Inventory, 'gateway'>
  network: Pick<NetworkProvisioning, 'gatewayCertificate'>
  audit: Pick<AuditTrail, 'add'>
  now: () => Date
}

/**
 * With which a gateway shows the broker who it is. Its private key is in this one answer and kept nowhere; that it was made is audited.
 * A gateway carries the frames of every service and commune: rejects with `provisioning.limited-token` for who has a part of them, and
 * with `access.forbidden` and `inventory.gateway-not-found`.
 */
export async function gatewayCertificate(
  { inventory, network, audit, now }: Dependencies,
  scope: Scope,
  gatewayId: string,
): Promise<ClientCertificate & { gatewayId: string }> {
  need(scope)
  const { tenant } = await inventory.gateway(scope, gatewayId)
  const made = await network.gatewayCertificate(gatewayId)
  const row = { time: now().toISOString(), account: scope.account, tenant, action: 'gateway.certificate', object: gatewayId }
  await audit.add([{ ...row, before: null, after: { expiresAt: made.expiresAt } }])
  return { gatewayId, ...made }
}
