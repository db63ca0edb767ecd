import { OndineError } from '../errors/ondine-error.ts'
import type { Assignment } from './entities.ts'
import type { InstallRequest } from './install.ts'
import type { InstallFacts } from './ports.ts'

/** Open assignments that end where the new one begins: of this device's channel, and of this channel of the asset. */
export function openBefore(facts: InstallFacts, request: InstallRequest): Assignment[] {
  const all = [...facts.deviceAssignments.filter((one) => one.channel === request.channel), ...sameChannel(facts, request)]
  return [...new Map(all.filter((one) => one.to === null).map((one) => [one.id, one])).values()]
}

function sameChannel(facts: InstallFacts, request: InstallRequest): Assignment[] {
  return facts.assetAssignments.filter((one) => one.channel === request.channel)
}

/** What ended where this one begins: of its device's channel, and of the channel of its asset. */
export function endedBy(facts: InstallFacts, request: InstallRequest, { from }: Assignment): Assignment[] {
  const all = [...facts.deviceAssignments.filter((one) => one.channel === request.channel), ...sameChannel(facts, request)]
  return [...new Map(all.filter((one) => one.to === from).map((one) => [one.id, one])).values()]
}

/** `moving`: those whose beginning or end becomes `from`. Throws `inventory.assignment-overlaps`. */
export function checkOverlap(
  facts: InstallFacts,
  request: InstallRequest,
  of: { asset: string; devEui: string; from: string },
  moving: readonly Assignment[] = [],
): void {
  const { asset, devEui, from } = of
  const ids = new Set(moving.map(({ id }) => id))
  for (const one of moving) {
    if (one.to === null || one.from < from) continue
    throw new OndineError('inventory.assignment-overlaps', { object: devEui, from, since: one.from, until: one.to })
  }
  const ofDevice = facts.deviceAssignments.filter((one) => one.channel === request.channel)
  for (const [object, all] of [[devEui, ofDevice] as const, [asset, sameChannel(facts, request)] as const]) {
    const last = lastInTheWay(
      all.filter(({ id }) => !ids.has(id)),
      from,
    )
    if (last !== undefined) throw new OndineError('inventory.assignment-overlaps', { object, from, since: last.from, until: last.to ?? '' })
  }
}

/** Of those that a new one without an end would overlap from `from` on, the one to wait for. */
function lastInTheWay(assignments: readonly Assignment[], from: string): Assignment | undefined {
  const inTheWay = assignments.filter((one) => (one.to === null ? one.from >= from : one.to > from))
  return inTheWay.reduce<Assignment | undefined>((last, one) => (last === undefined || one.from > last.from ? one : last), undefined)
}
