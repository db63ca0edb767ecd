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
  /** answers since the last change while every place was taken */
  readonly answers: number
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
/** Times that every place was taken and answered before there is one more. */
const rounds = 2

export function firstPace({ least = 1, most = 16 }: Partial<PaceLimits> = {}): PaceState {
  const atOnce = Math.min(most, Math.max(least, startAt))
  return { limits: { least, most }, atOnce, pausedUntil: 0, away: 0, strained: 0, newsFrom: 0, answers: 0 }
}

/** How many may be under way now: none in a pause, one to ask whether a silent server is back. */
export function mayRun(state: PaceState, now: number): number {
  if (now < state.pausedUntil) return 0
  return state.away > 0 ? 1 : state.atOnce
}

/**
 * One more at once as long as all is answered, half as many when it is too much, and a pause that doubles up to 30 s while nobody
 * answers. How long answers take is no news: it grows with the load of whatever else runs there, and asking less would not mend
 * that. Pure.
 */
export function next(state: PaceState, seen: Observation): PaceState {
  if (seen.outcome === 'answered') return answered(state, seen)
  if (seen.startedAt < state.newsFrom) return state
  const halved = { ...state, atOnce: Math.max(state.limits.least, Math.floor(state.atOnce / 2)), newsFrom: seen.endedAt, answers: 0 }
  if (seen.outcome === 'away') {
    const pausedUntil = seen.endedAt + pause(firstPause.away, state.away, longestPause, seen.chance)
    return { ...halved, away: state.away + 1, pausedUntil }
  }
  const pausedUntil = seen.endedAt + pause(firstPause.strained, state.strained, longestStrain, seen.chance)
  return { ...halved, strained: state.strained + 1, pausedUntil }
}

function answered(state: PaceState, seen: Observation): PaceState {
  // An answer to what was asked before the silence says nothing about now.
  const heard = seen.startedAt < state.newsFrom ? state : { ...state, away: 0, strained: 0 }
  // Not every place was taken: nothing is learnt about taking more.
  if (seen.beside < heard.atOnce) return heard
  const answers = heard.answers + 1
  if (answers < rounds * heard.atOnce || heard.atOnce >= heard.limits.most) return { ...heard, answers }
  return { ...heard, answers: 0, atOnce: heard.atOnce + 1 }
}

/** From half of it to all of it, by chance. */
function pause(first: number, before: number, longest: number, chance: number): number {
  return Math.min(longest, first * 2 ** Math.min(before, 20)) * (0.5 + chance / 2)
}
