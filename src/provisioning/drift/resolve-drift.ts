import type { ObjectKind, Remembered, Step } from '../plan/plan.ts'
import type { ReasonSlug } from '../plan/reasons.ts'
import type { Amendment } from '../ports.ts'
import type { Drift } from './find-drift.ts'

/**
 * The network is right: what it has is remembered as written, and what it has not any more is forgotten. `fingerprintOf`: as of
 * `Fingerprints.ofObject`. An object that drifted in two ways is given once.
 */
export function adoptDrift(
  drifts: readonly Drift[],
  fingerprintOf: (kind: string, written: Remembered['written']) => string,
): readonly Amendment[] {
  const amended = new Map<Remembered, Remembered | null>()
  for (const { remembered, what, now, keys } of drifts) {
    const known = amended.get(remembered) ?? remembered
    if (what === 'missing') amended.set(remembered, null)
    if (what === 'keys') amended.set(remembered, { ...known, keys })
    if (what !== 'changed' || now === null) continue
    const { written, updatedAt } = now
    amended.set(remembered, { ...known, written, updatedAt, fingerprint: fingerprintOf(remembered.kind, written) })
  }
  return [...amended].map(([before, after]) => ({ before, after }))
}

export interface Restoration {
  steps: Step[]
  /** written before the steps: keys that are to be written anew are no longer taken for written */
  amendments: Amendment[]
  /** what no step can bring back, and why: a reason of `plan/reasons.ts` */
  refused: { kind: ObjectKind; key: string; reason: ReasonSlug }[]
}

/**
 * What was written is right. Keys are not kept once they are written: those that were changed come back with the next plan that has
 * their key file. What is missing is made by a plan as well, but for a gateway, of which all is known.
 */
export function restoreDrift(drifts: readonly Drift[]): Restoration {
  const restoration: Restoration = { steps: [], amendments: [], refused: [] }
  for (const { remembered, what } of drifts) {
    const { kind, key, written } = remembered
    if (what === 'keys') {
      restoration.amendments.push({ before: remembered, after: { ...remembered, keys: null } })
      restoration.refused.push({ kind, key, reason: 'keys-by-plan' })
    } else if (kind === 'gateway' || (what === 'changed' && (kind === 'device' || kind === 'profile'))) {
      restoration.steps.push({ kind, key, source: null, action: 'restore', written })
    } else {
      restoration.refused.push({ kind, key, reason: what === 'missing' ? 'missing-by-plan' : 'name-by-hand' })
    }
  }
  return restoration
}
