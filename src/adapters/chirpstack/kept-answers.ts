/** Answers kept for a while by id, so that listing a fleet does not ask for the same few names again and again. */
export class KeptAnswers<T> {
  readonly #ask: (id: string) => Promise<T>
  readonly #keepMs: number
  readonly #now: () => number
  readonly #kept = new Map<string, { until: number; answer: Promise<T> }>()

  constructor(ask: (id: string) => Promise<T>, keepMs: number, now: () => number) {
    this.#ask = ask
    this.#keepMs = keepMs
    this.#now = now
  }

  /** Those who ask at the same time share one answer; a failure is not kept. */
  get(id: string): Promise<T> {
    const kept = this.#kept.get(id)
    if (kept !== undefined && kept.until > this.#now()) return kept.answer
    const answer = this.#ask(id)
    this.#kept.set(id, { until: this.#now() + this.#keepMs, answer })
    answer.catch(() => this.#kept.delete(id))
    return answer
  }
}
