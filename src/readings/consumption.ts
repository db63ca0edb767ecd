/** One value of a counter as the device sent it. */
export interface CounterSample {
  /** ISO 8601 UTC */
  time: string
  value: number
  /** names the assignment valid at `time`: another one is another meter body or another start of its index */
  assignment: string
}

export interface CounterRule {
  /** the largest step back, in the counter's unit, that is water (or energy) flowing back and not another index */
  backflow: number
  /** declared by the model: the counter starts again at 0 before `modulus`; a flow above `perHour` is not plausible */
  rollover: { modulus: number; perHour: number } | null
}

/** Why the counter stands where it stands: `reset` and `assignment` begin a segment and consume nothing. */
export type StepKind = 'flow' | 'backflow' | 'rollover' | 'reset' | 'assignment'

/** From one sample to the next. */
export interface CounterStep {
  from: string
  to: string
  kind: StepKind
  /** what went through in the counter's unit: negative for backflow, 0 where a segment begins */
  amount: number
}

/** Samples between which differences mean something. */
export interface CounterSegment {
  assignment: string
  from: string
  to: string
  first: number
  last: number
  rollovers: number
  /** `last` − `first`, plus the modulus for each rollover */
  consumption: number
}

export interface Consumption {
  /** forward − backward, over all segments */
  total: number
  forward: number
  backward: number
  steps: readonly CounterStep[]
  segments: readonly CounterSegment[]
}

/**
 * What a counter has counted. Counters are kept as sent and never rebased: a new assignment is a new segment, a
 * small step back is backflow, a step back is a rollover only where the model declares a modulus and the flow stays
 * plausible, and anything else is a reset and a new segment. Samples may come in any order; of several at one
 * instant the last one given counts.
 */
export function consumption(samples: readonly CounterSample[], rule: CounterRule): Consumption {
  const steps: CounterStep[] = []
  const segments: CounterSegment[] = []
  let before: CounterSample | undefined
  for (const sample of inOrder(samples)) {
    const segment = segments.at(-1)
    const step = before === undefined ? undefined : stepBetween(before, sample, rule)
    if (step !== undefined) steps.push(step)
    if (segment === undefined || step === undefined || step.kind === 'reset' || step.kind === 'assignment') {
      segments.push(segmentAt(sample))
    } else {
      const rollovers = segment.rollovers + (step.kind === 'rollover' ? 1 : 0)
      const turned = rollovers * (rule.rollover?.modulus ?? 0)
      const consumption = sample.value - segment.first + turned
      segments[segments.length - 1] = { ...segment, to: sample.time, last: sample.value, rollovers, consumption }
    }
    before = sample
  }
  const backward = sum(steps.filter((step) => step.kind === 'backflow').map((step) => -step.amount))
  const total = sum(segments.map((segment) => segment.consumption))
  return { total, forward: total + backward, backward, steps, segments }
}

function segmentAt({ assignment, time, value }: CounterSample): CounterSegment {
  return { assignment, from: time, to: time, first: value, last: value, rollovers: 0, consumption: 0 }
}

function stepBetween(before: CounterSample, after: CounterSample, rule: CounterRule): CounterStep {
  const { kind, amount } = judge(before, after, rule)
  return { from: before.time, to: after.time, kind, amount }
}

function judge(before: CounterSample, after: CounterSample, { backflow, rollover }: CounterRule): { kind: StepKind; amount: number } {
  if (after.assignment !== before.assignment) return { kind: 'assignment', amount: 0 }
  const difference = after.value - before.value
  if (difference >= 0) return { kind: 'flow', amount: difference }
  if (-difference <= backflow) return { kind: 'backflow', amount: difference }
  if (rollover !== null && before.value < rollover.modulus) {
    const amount = difference + rollover.modulus
    const hours = (Date.parse(after.time) - Date.parse(before.time)) / 3_600_000
    if (amount >= 0 && amount <= rollover.perHour * hours) return { kind: 'rollover', amount }
  }
  return { kind: 'reset', amount: 0 }
}

function inOrder(samples: readonly CounterSample[]): CounterSample[] {
  const byInstant = new Map<number, CounterSample>()
  for (const sample of samples) byInstant.set(Date.parse(sample.time), sample)
  return [...byInstant].sort(([a], [b]) => a - b).map(([, sample]) => sample)
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}
