/** A counter's index as it was sent, in the vocabulary's unit. Readings of one counter come oldest first. */
export interface Index {
  /** ms since 1970 */
  time: number
  device: string
  channel: string
  value: number
}

/** What is known of the counter behind an index. */
export interface CounterFacts {
  /** names the installation: another one begins a new segment */
  installation: string
  /** how many values the counter has, in the vocabulary's unit, where its model says that it begins at 0 again; else null */
  modulus: number | null
  /** a step back of no more than this is backflow whatever the index, in the vocabulary's unit */
  smallStep: number
}

/**
 * flow: it counted on; rollover: it passed its highest value; backflow: it went back a little, which counts as negative;
 * start: the first index of an installation; reset: it went back without a reason that we know. The last two begin a segment.
 */
export type StepKind = 'flow' | 'rollover' | 'backflow' | 'start' | 'reset'

export interface Step {
  kind: StepKind
  /** what was consumed since the index before; 0 where a segment begins */
  amount: number
}

/** Of a thousandth of the index a meter may go back without being another one: a return of water, a corrected index. */
const backflowPart = 1 / 1000
/** A rollover is believed where so much of the modulus at most was consumed at once … */
const plausiblePart = 1 / 10
/** … or less than half of it, no faster than so many times the fastest flow of the segment. */
const plausibleHaste = 3

interface Segment {
  installation: string
  time: number
  value: number
  /** unit per ms */
  fastest: number
}

/** Turns indices into what was consumed. They are never rebased: every amount is the difference of two that were sent. */
export class Consumption {
  readonly #segments = new Map<string, Segment>()

  /** Call in order of time; one asset may have several counters side by side. */
  step({ time, device, channel, value }: Index, facts: CounterFacts): Step {
    const key = `${device} ${channel}`
    const before = this.#segments.get(key)
    const step = stepOf(before, time, value, facts)
    const begins = before === undefined || step.kind === 'start' || step.kind === 'reset'
    const elapsed = begins ? 0 : time - before.time
    const fastest = begins ? 0 : Math.max(before.fastest, elapsed > 0 && step.kind === 'flow' ? step.amount / elapsed : 0)
    this.#segments.set(key, { installation: facts.installation, time, value, fastest })
    return step
  }
}

function stepOf(before: Segment | undefined, time: number, value: number, { installation, modulus, smallStep }: CounterFacts): Step {
  if (before === undefined || before.installation !== installation) return { kind: 'start', amount: 0 }
  const difference = value - before.value
  if (difference >= 0) return { kind: 'flow', amount: difference }
  if (modulus !== null && difference + modulus >= 0) {
    const beyond = difference + modulus
    const usual = plausibleHaste * before.fastest * (time - before.time)
    if (beyond <= modulus * plausiblePart || (beyond < modulus / 2 && beyond <= usual)) return { kind: 'rollover', amount: beyond }
  }
  if (-difference <= Math.max(smallStep, before.value * backflowPart)) return { kind: 'backflow', amount: difference }
  return { kind: 'reset', amount: 0 }
}

/** How small a step back is no matter of concern, by SenML unit: a tenth of a cubic metre, one of anything else. */
export function smallStepOf(unit: string | null): number {
  return unit === 'm3' ? 0.1 : 1
}
