/** How much a server is asked at once, and since when it is left alone; milliseconds of one clock. */
export interface PaceState {
  readonly limits: PaceLimits
  /** how many may be under way at once, while nothing is amiss */
  readonly atOnce: number
  /** nothing is begun before */
  readonly pausedUntil: number
  /** pauses in a row because it did not answer; as long as there is one, a single call asks whether it is back */
  readonly away: number
  /** refusals in a row because it was asked too much */
  readonly strained: number
  /** what began before this has had its say: sixteen failures of one moment are one piece of news */
  readonly newsFrom: number
  /** answers since the last change: how many, how long they took together, and how many were under way beside each */
  readonly round: { readonly answers: number; readonly took: number; readonly beside: number }
  /** the rate of the rounds before, in answers a millisecond, the newest counting half; 0: none yet */
  readonly usualRate: number
  /** rounds since the last trial */
  readonly level: number
  /** one more than usual is being tried, and given up again unless it gains */
  readonly trying: boolean
}

export interface PaceLimits {
  readonly least: number
  readonly most: number
}

/**
 * `answered`: it did what it was asked, or refused it for what it says; `strained`: it was asked too much (a busy database,
 * RESOURCE_EXHAUSTED); `away`: it does not answer. `beside`: how many were under way when it began, itself included.
 * `chance`: from 0 to 1, so that many clients do not return together.
 */
export interface Observation {
  outcome: 'answered' | 'strained' | 'away'
  startedAt: number
  endedAt: number
  beside: number
  chance: number
}

const startAt = 4
const longestPause = 30_000
const firstPause = { away: 500, strained: 100 }
const longestStrain = 5_000
/** A round must be long enough that a slow answer or two do not decide it. */
const answersOfRound = ({ atOnce }: PaceState) => Math.max(32, 8 * atOnce)
/** The part of what one more could bring at best that it must bring. */
const gain = 0.25
/** After so many rounds it tries one more at once again: the server may have become free. */
const levelRounds = 4

export function firstPace({ least = 1, most = 16 }: Partial<PaceLimits> = {}): PaceState {
  const atOnce = Math.min(most, Math.max(least, startAt))
  const limits = { least, most }
  return { limits, atOnce, pausedUntil: 0, away: 0, strained: 0, newsFrom: 0, ...anew() }
}

/** How many may be under way now: none in a pause, one to ask whether a silent server is back. */
export function mayRun(state: PaceState, now: number): number {
  if (now < state.pausedUntil) return 0
  return state.away > 0 ? 1 : state.atOnce
}

/**
 * One more at once as long as that gets more done, half as many when it is too much, and a pause that doubles up to 30 s while
 * nobody answers. Pure.
 */
export function next(state: PaceState, seen: Observation): PaceState {
  if (seen.outcome === 'answered') return answered(state, seen)
  if (seen.startedAt < state.newsFrom) return state
  const halved = { ...state, atOnce: Math.max(state.limits.least, Math.floor(state.atOnce / 2)), newsFrom: seen.endedAt, ...anew() }
  if (seen.outcome === 'away') {
    const pausedUntil = seen.endedAt + pause(firstPause.away, state.away, longestPause, seen.chance)
    return { ...halved, away: state.away + 1, pausedUntil }
  }
  const pausedUntil = seen.endedAt + pause(firstPause.strained, state.strained, longestStrain, seen.chance)
  return { ...halved, strained: state.strained + 1, pausedUntil }
}

const noAnswers = { answers: 0, took: 0, beside: 0 }
const anew = () => ({ round: noAnswers, usualRate: 0, level: 0, trying: false })

function answered(state: PaceState, seen: Observation): PaceState {
  // An answer to what was asked before the silence says nothing about now.
  const heard = seen.startedAt < state.newsFrom ? state : { ...state, away: 0, strained: 0 }
  // Not every place was taken: nothing is learnt about taking more.
  if (seen.beside < heard.atOnce) return heard
  const round = {
    answers: heard.round.answers + 1,
    took: heard.round.took + Math.max(0, seen.endedAt - seen.startedAt),
    beside: heard.round.beside + seen.beside,
  }
  const counted = { ...heard, round }
  return round.answers < answersOfRound(heard) ? counted : judged(counted)
}

/**
 * One more than usual is a trial, kept if it gets more done and given up if not. A rate that falls while as many are under way as
 * before is the server's own doing: asking less would not mend it.
 */
function judged(state: PaceState): PaceState {
  const { round, usualRate, atOnce, limits, trying } = state
  // From how many were under way and how long each took (Little's law), whatever pauses were in between.
  const rate = round.beside / Math.max(round.took, 0.001)
  const on = { ...state, round: noAnswers }
  if (trying && rate < usualRate * (1 + gain / (atOnce - 1)))
    return { ...on, atOnce: Math.max(limits.least, atOnce - 1), trying: false, level: 0 }
  const level = trying || usualRate === 0 ? levelRounds : state.level + 1
  const known = { ...on, level, usualRate: trying || usualRate === 0 ? rate : (usualRate + rate) / 2 }
  if (atOnce >= limits.most) return { ...known, trying: false }
  if (atOnce < startAt) return { ...known, atOnce: atOnce + 1, usualRate: 0 }
  return level < levelRounds ? known : { ...known, atOnce: atOnce + 1, trying: true, level: 0 }
}

/** From half of it to all of it, by chance. */
function pause(first: number, before: number, longest: number, chance: number): number {
  return Math.min(longest, first * 2 ** Math.min(before, 20)) * (0.5 + chance / 2)
}
