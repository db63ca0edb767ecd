import type { Scope } from '../../access/scope.ts'
import type { Model } from '../../codecs/model.ts'
import type { LifeFacts } from '../../inventory/ports.ts'
import type { Step } from '../plan/plan.ts'

/** What every planner of a device's life is given beside what it is asked. */
export interface LifeInput {
  scope: Scope
  /** read in one transaction */
  facts: LifeFacts
  /** by `vendor/model` */
  model: (slug: string) => Model | undefined
  /** ISO 8601 UTC with milliseconds */
  now: string
  newId: () => string
}

/** What to do, in this order; what the later ones expect, the earlier ones bring about. */
export interface LifePlan {
  steps: readonly Step[]
}
