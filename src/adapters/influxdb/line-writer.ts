import { OndineError } from '../../errors/ondine-error.ts'
import type { Reading } from '../../readings/reading.ts'
import type { RejectedReading } from '../../readings/reading-store.ts'
import { instantOf } from '../../readings/storable.ts'
import type { Answer, Refusal } from './connection.ts'
import { lineOf } from './line-protocol.ts'
import type { Series } from './series.ts'
import { type Verdict, verdictOf } from './verdict.ts'

/** A reading that line protocol can say, and where it belongs. */
export interface Entry {
  reading: Reading
  series: Series
}

export interface Written {
  rejected: RejectedReading[]
  /** points older than the database keeps: nobody will miss them, and no attempt would store them */
  outdated: number
}

export interface LineWriterOptions {
  /** sends lines; rejects with `store.unreachable` when there is no answer */
  send: (lines: string) => Promise<Answer>
  /** makes a database that was dropped under us anew */
  prepare: () => Promise<void>
  /** told when the server says how long it wants to be left alone */
  rest: (ms: number) => void
  unreachable: (refusal: Refusal) => OndineError
  /** what is older (ms since 1970) the database does not keep, as far as is known */
  oldestKept: () => number
  /** as people name it */
  store: string
  /** how a reading was heard in fields of their own too */
  radio: boolean
}

/** Lines of one request at most. */
const linesAtOnce = 5000
/** No server's own limit is so low (bytes): one that takes no line of this length takes none at all. */
const anyServerTakes = 64 * 1024

/** Stores readings; those that the server will never take are found, all others are stored. */
export class LineWriter {
  readonly #options: LineWriterOptions

  constructor(options: LineWriterOptions) {
    this.#options = options
  }

  /** Rejects with `store.unreachable` or `store.limit` when nothing can be said of some readings: all come again then. */
  async write(entries: readonly Entry[]): Promise<Written> {
    const written: Written = { rejected: [], outdated: 0 }
    for (let start = 0; start < entries.length; start += linesAtOnce) {
      await this.#store(entries.length <= linesAtOnce ? entries : entries.slice(start, start + linesAtOnce), written)
    }
    return written
  }

  async #store(entries: readonly Entry[], written: Written, prepared = false): Promise<void> {
    if (entries.length === 0) return
    const answer = await this.#options.send(this.#bodyOf(entries))
    if (answer.ok) return
    const { refusal } = answer
    const verdict = verdictOf(refusal)
    switch (verdict.kind) {
      case 'missing':
        if (prepared) throw this.#later(refusal)
        await this.#options.prepare()
        return this.#store(entries, written, true)
      case 'limit':
        throw new OndineError('store.limit', { store: this.#options.store, reason: refusal.reason })
      case 'later':
        throw this.#later(refusal)
    }
    if (verdict.kind === 'outdated' && verdict.count >= entries.length) {
      written.outdated += entries.length
      return
    }
    if (entries.length === 1) return this.#judge(entries, verdict, refusal, written)
    if (verdict.kind === 'outdated') return this.#divideByAge(entries, written)
    return verdict.kind === 'conflict' ? this.#divideByType(entries, verdict, refusal, written) : this.#halve(entries, written)
  }

  /** The server names field and type: the lines that have them are tried apart, and if it drops each of them it need not be asked for each. */
  async #divideByType(
    entries: readonly Entry[],
    { measurement, field, type, dropped }: Extract<Verdict, { kind: 'conflict' }>,
    refusal: Refusal,
    written: Written,
  ): Promise<void> {
    if (dropped === entries.length) {
      for (const { reading } of entries) written.rejected.push({ reading, reason: refusal.reason })
      return
    }
    await this.#divide(entries, ({ reading }) => reading.family === measurement && typeof reading.values[field] === type, written)
  }

  /** 1.x tells of old points and keeps silent of a line in the same body that it could not read: the others are asked for again. */
  async #divideByAge(entries: readonly Entry[], written: Written): Promise<void> {
    const oldest = this.#options.oldestKept()
    await this.#divide(entries, ({ reading }) => (instantOf(reading.time) ?? 0) < oldest, written)
  }

  async #divide(entries: readonly Entry[], isSuspect: (entry: Entry) => boolean, written: Written): Promise<void> {
    const suspects = entries.filter(isSuspect)
    if (suspects.length === 0 || suspects.length === entries.length) return this.#halve(entries, written)
    await this.#store(
      entries.filter((entry) => !isSuspect(entry)),
      written,
    )
    await this.#store(suspects, written)
  }

  async #halve(entries: readonly Entry[], written: Written): Promise<void> {
    const middle = Math.ceil(entries.length / 2)
    await this.#store(entries.slice(0, middle), written)
    await this.#store(entries.slice(middle), written)
  }

  /** One line alone was refused. A refusal that is not about lines may be a proxy's, of whatever is sent: it is asked with none. */
  async #judge(entries: readonly Entry[], verdict: Verdict, refusal: Refusal, written: Written): Promise<void> {
    const [only] = entries
    if (only === undefined) return
    if (verdict.kind === 'too-large' && this.#bodyOf(entries).length < anyServerTakes) throw this.#later(refusal)
    if (verdict.kind === 'doubtful' && !(await this.#options.send('')).ok) throw this.#later(refusal)
    written.rejected.push({ reading: only.reading, reason: refusal.reason })
  }

  #later(refusal: Refusal): OndineError {
    if (refusal.retryAfterMs !== undefined) this.#options.rest(refusal.retryAfterMs)
    return this.#options.unreachable(refusal)
  }

  #bodyOf(entries: readonly Entry[]): string {
    const { radio } = this.#options
    let body = ''
    for (const { reading, series } of entries) body += body === '' ? lineOf(reading, series, radio) : `\n${lineOf(reading, series, radio)}`
    return body
  }
}
