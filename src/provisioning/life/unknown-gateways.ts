import { may } from '../../access/permissions.ts'
import type { Scope } from '../../access/scope.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import type { NetworkProvisioning } from '../network.ts'

/** A gateway that speaks to our broker. */
export interface HeardGateway {
  gatewayId: string
  /** `eu868`; null: its topics have no prefix */
  region: string | null
  /** ISO 8601 UTC */
  firstHeardAt: string
  lastHeardAt: string
  /** statistics and acknowledgements since this process started */
  messages: number
}

interface Dependencies {
  heard: HeardGateways
  network: Pick<NetworkProvisioning, 'listTenants' | 'listGateways'>
  /** those of these that the inventory has, whatever their tenant */
  known: (gatewayIds: readonly string[]) => Promise<ReadonlySet<string>>
}

const gatewayTopic = /^(?:(.+)\/)?gateway\/([0-9a-f]{16})\/(?:event\/[a-z]+|state\/conn)$/i

/** A broker that is open to the world must not fill our memory: the one silent for longest makes room. */
const mostHeard = 10_000

/** Every gateway that was heard since this process started. */
export class HeardGateways {
  readonly #heard = new Map<string, HeardGateway>()

  /** A message as it came from the broker; those that are no gateway's are passed over. */
  arrived({ topic }: { topic: string }, at: Date): void {
    const [, region, id] = gatewayTopic.exec(topic) ?? []
    if (id === undefined) return
    const gatewayId = id.toLowerCase()
    const known = this.#heard.get(gatewayId)
    const [longestSilent] = this.#heard.keys()
    if (known === undefined && this.#heard.size >= mostHeard && longestSilent !== undefined) this.#heard.delete(longestSilent)
    // In the order in which they were heard last.
    this.#heard.delete(gatewayId)
    const time = at.toISOString()
    this.#heard.set(gatewayId, {
      ...{ gatewayId, region: region ?? null, firstHeardAt: known?.firstHeardAt ?? time },
      ...{ lastHeardAt: time, messages: (known?.messages ?? 0) + 1 },
    })
  }

  /** heard last first */
  get all(): readonly HeardGateway[] {
    return [...this.#heard.values()].reverse()
  }
}

/**
 * Those that neither the inventory nor the network server knows, heard last first. They are proposed to whoever may take them in, and
 * never created by themselves: whoever has a broker's password could then be part of the network. Rejects with `access.forbidden`.
 */
export async function unknownGateways(
  { heard, network, known }: Dependencies,
  scope: Scope,
  { limit }: { limit: number },
): Promise<readonly HeardGateway[]> {
  if (!may(scope, 'manage')) throw new OndineError('access.forbidden', { role: scope.role, action: 'manage' })
  const { all } = heard
  const ours = await known(all.map(({ gatewayId }) => gatewayId))
  const strangers = all.filter(({ gatewayId }) => !ours.has(gatewayId))
  if (strangers.length === 0) return []
  // The network server may have it in a tenant that the inventory has not taken in. Lists, whoever shouts at the broker: asked one by
  // one, ten thousand made-up ids would be ten thousand calls.
  const listed = await idsOnNetwork(network)
  return strangers.filter(({ gatewayId }) => !listed.has(gatewayId)).slice(0, limit)
}

async function idsOnNetwork(network: Dependencies['network']): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  for (const { id } of await network.listTenants()) for (const { gatewayId } of await network.listGateways(id)) ids.add(gatewayId)
  return ids
}
