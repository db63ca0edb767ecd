import type { DeadLetter, DeadLetters } from '../../src/uplinks/ports.ts'

/** Keeps letters as long as it lives, one per offset and reason. */
export class FakeDeadLetters implements DeadLetters {
  readonly kept = new Map<string, DeadLetter>()

  async keep(letters: readonly DeadLetter[]): Promise<void> {
    for (const letter of letters) this.kept.set(`${letter.offset} ${letter.reason}`, letter)
  }

  get letters(): readonly DeadLetter[] {
    return [...this.kept.values()]
  }
}
