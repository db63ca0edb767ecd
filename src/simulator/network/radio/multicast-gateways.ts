import type { NetworkState } from '../network-state.ts'

/** The gateways a group is sent from: those it was given, else few that cover every device by its last uplink. */
export function gatewaysOfGroup(state: NetworkState, id: string): string[] {
  const { gateways, devices } = state.group(id)
  if (gateways.length > 0) return [...gateways]
  const heard = devices
    .map((devEui) => state.device(devEui).session?.lastUplink?.receptions.map((reception) => reception.gatewayId) ?? [])
    .filter((gatewayIds) => gatewayIds.length > 0)
  const chosen: string[] = []
  let uncovered = heard
  while (uncovered.length > 0) {
    const best = mostFrequent(uncovered.flat())
    chosen.push(best)
    uncovered = uncovered.filter((gatewayIds) => !gatewayIds.includes(best))
  }
  return chosen
}

function mostFrequent(values: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0]
}
