import type { Step } from './plan.ts'

/** The one device that a step is of; undefined: of none, or of several. */
export function deviceOf(step: Step): string | undefined {
  if (step.kind === 'device') return step.key
  return step.action === 'install' ? step.wanted.devEui : undefined
}
