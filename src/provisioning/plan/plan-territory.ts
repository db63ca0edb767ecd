import { digestOf } from './basis.ts'
import { guardsOf, judgeDevices, planDevices } from './devices.ts'
import { planGateways } from './gateways.ts'
import { planInstallations } from './installations.ts'
import type { Plan, PlannedRow } from './plan.ts'
import { planProfiles } from './profiles.ts'
import { planPrune } from './prune.ts'
import { planTenantsAndServices } from './tenants-and-services.ts'
import { memoryKey, type PlanInput } from './world.ts'
import { indexWorld } from './world-index.ts'

/**
 * What is to be done so that the world is as a folder wants it, and what becomes of each of its rows. Steps are in the order in which
 * they are carried out. Carried out, the next plan has none.
 */
export function planTerritory(input: PlanInput): Plan {
  const index = indexWorld(input.world)
  const { places, ...holders } = planTenantsAndServices(input, index)
  const { judged, needed } = judgeDevices(input, places, index)
  const { profiles, ...planned } = planProfiles(input, needed, places, index)
  const gateways = planGateways(input, places, index)
  const devices = planDevices(judged, input, profiles, index)
  const installations = planInstallations(input, devices.rows, places, index)
  const pruned = planPrune(input, installations.devEuis, places, index)

  const drafts = [holders, planned, gateways, devices, installations, pruned]
  const rows = [...input.refusedRows, ...drafts.flatMap((draft) => draft.rows)]
  const has = (application: string) => {
    const id = places.applications.get(application)?.networkId ?? input.world.memory.get(memoryKey('application', application))?.networkId
    return index.devicesIn.get(id ?? '') ?? 0
  }
  return {
    owner: input.territory.id,
    basis: digestOf(rows, index),
    steps: drafts.flatMap((draft) => draft.steps),
    rows,
    guards: guardsOf(pruned.deletes, devices.rekeys, has),
    others: othersOf([...gateways.rows, ...devices.rows], input),
  }
}

/** Those of whom nothing differs are told of no row: a folder that was given a new id would learn of it by and by. */
function othersOf(rows: readonly PlannedRow[], { territory, world }: PlanInput): NonNullable<Plan['others']> {
  const counts = new Map<string, number>()
  for (const { kind, key, outcome } of rows) {
    const owner = outcome === 'unchanged' ? world.memory.get(memoryKey(kind, key))?.owner : undefined
    if (typeof owner === 'string' && owner !== territory.id) counts.set(owner, (counts.get(owner) ?? 0) + 1)
  }
  return [...counts].map(([owner, objects]) => ({ owner, objects })).sort((a, b) => b.objects - a.objects)
}
