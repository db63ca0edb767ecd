import type { Remembered } from '../plan/plan.ts'
import type { StepTools } from './step-tools.ts'

/** Another folder made it. What nobody owns may be taken over by whoever declares it. */
export function belongsToAnother(known: Pick<Remembered, 'owner'> | undefined, { owner }: Pick<StepTools, 'owner'>): boolean {
  return known !== undefined && known.owner !== null && known.owner !== owner
}

/** Whose an object is after its step: whose it was, or the job's if it made it; one that was there before is nobody's. */
export function ownerOf(
  known: Pick<Remembered, 'owner'> | undefined,
  wasThere: boolean,
  { owner, look }: Pick<StepTools, 'owner' | 'look'>,
): string | null {
  if (known !== undefined) return known.owner
  return wasThere && !look ? null : owner
}
