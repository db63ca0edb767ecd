import type { Scope } from '../../src/access/scope.ts'
import { fromCursor, type Page, type PageQuery, pageOf } from '../../src/inventory/page.ts'
import type { KeptLetter, LetterBox, LetterFilter, LetterLimits, LetterSummary } from '../../src/uplinks/dead-letters/ports.ts'
import type { DeadLetter } from '../../src/uplinks/ports.ts'

/** Keeps letters as long as it lives, under the same rules as the real one. */
export class MemoryLetters implements LetterBox {
  private readonly kept = new Map<string, KeptLetter>()
  private last = 0

  get all(): readonly KeptLetter[] {
    return [...this.kept.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  async keep(letters: readonly DeadLetter[]): Promise<void> {
    for (const letter of letters) {
      if (this.all.some(({ offset, reason, time }) => offset === letter.offset && reason === letter.reason && time === letter.time))
        continue
      const id = `00000000-0000-7000-8000-${String(++this.last).padStart(12, '0')}`
      this.kept.set(id, { ...letter, id })
    }
  }

  async list(scope: Scope, query: PageQuery & LetterFilter): Promise<Page<LetterSummary>> {
    const after = query.cursor === undefined ? undefined : fromCursor(query.cursor, 1)[0]
    const found = this.matching(scope, query).reverse()
    const rest = found.filter(({ id }) => after === undefined || id < after).map(({ payload: _, ...summary }) => summary)
    return pageOf(rest.slice(0, query.limit + 1), query.limit, ({ id }) => [id])
  }

  async get(scope: Scope, id: string): Promise<KeptLetter | undefined> {
    return this.matching(scope, {}).find((letter) => letter.id === id)
  }

  async oldest(scope: Scope, query: PageQuery & LetterFilter): Promise<Page<KeptLetter>> {
    return pageOf(this.behind(scope, query).slice(0, query.limit + 1), query.limit, ({ id }) => [id])
  }

  async count(scope: Scope, query: LetterFilter & { cursor?: string }): Promise<number> {
    return this.behind(scope, query).length
  }

  async devices(reasons: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(this.all.flatMap(({ reason, devEui }) => (devEui !== null && reasons.includes(reason) ? devEui : [])))
  }

  async settle({ gone, kept }: Parameters<LetterBox['settle']>[0]): Promise<void> {
    for (const id of gone) this.kept.delete(id)
    for (const { id, letter } of kept) this.kept.set(id, { ...letter, id })
  }

  async trim({ most }: LetterLimits): Promise<number> {
    const over = this.all.slice(0, Math.max(0, this.kept.size - most))
    for (const { id } of over) this.kept.delete(id)
    return over.length
  }

  private behind(scope: Scope, query: LetterFilter & { cursor?: string | undefined }): KeptLetter[] {
    const after = query.cursor === undefined ? '' : (fromCursor(query.cursor, 1)[0] ?? '')
    return this.matching(scope, query).filter(({ id }) => id > after)
  }

  private matching(scope: Scope, { reasons, devEuis, models, from, to }: LetterFilter): KeptLetter[] {
    return this.all.filter(
      ({ tenant, reason, devEui, model, time }) =>
        (scope.tenant === null || scope.tenant === tenant) &&
        (reasons?.includes(reason) ?? true) &&
        (devEuis === undefined || (devEui !== null && devEuis.includes(devEui))) &&
        (models === undefined || (model !== null && models.includes(model))) &&
        (from === undefined || time >= from) &&
        (to === undefined || time < to),
    )
  }
}
