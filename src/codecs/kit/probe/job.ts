/** One call of a codec as the probe makes it; times in ms since 1970. */
export type ProbeCall =
  | { kind: 'decode'; fPort: number; bytes: readonly number[]; time: number; variables: Readonly<Record<string, string>> }
  | { kind: 'encode'; data: unknown; time: number }
  | { kind: 'decode-downlink'; fPort: number; bytes: readonly number[]; time: number }

/** v8: what an isolate with a profiler tells of a script; chirpstack: what ChirpStack's QuickJS makes of it. */
export interface ProbeJob {
  task: 'v8' | 'chirpstack'
  file: string
  source: string
  calls: readonly ProbeCall[]
}

/** What a call returned as JSON, or the error it threw with its line in the codec's file (0: unknown). */
export type CallOutcome = { json: string } | { error: string; line: number; slow: boolean }

export interface V8Answer {
  /** null: the script ran; else why not */
  failed: { error: string; line: number } | null
  outcomes: readonly CallOutcome[]
  /** ranges of the source in the order they override each other, V8's block coverage */
  ranges: readonly { start: number; end: number; count: number }[]
  /** indices of calls whose result changes with the clock, with chance, with the calls before */
  clock: readonly number[]
  chance: readonly number[]
  state: readonly number[]
  /** globals that were assigned without being declared */
  undeclared: readonly string[]
  /** entry points found by their names */
  entries: readonly string[]
  /** microseconds of each uplink's decode, warmed up; null where it failed */
  micros: readonly (number | null)[]
}

export interface ChirpstackAnswer {
  outcomes: readonly CallOutcome[]
}
