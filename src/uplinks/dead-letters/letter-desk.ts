import type { AuditTrail } from '../../access/audit.ts'
import { may } from '../../access/permissions.ts'
import type { Scope } from '../../access/scope.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Page, PageQuery } from '../../inventory/page.ts'
import type { UplinkEvent } from '../../lorawan/network-event.ts'
import type { ParseEvent } from '../ports.ts'
import type { LetterRetry, Retried } from './letter-retry.ts'
import type { KeptLetter, LetterBox, LetterFilter, LetterSummary } from './ports.ts'

/** A letter with what can be read of its message; null: it is no uplink. */
export type OpenedLetter = KeptLetter & { uplink: UplinkEvent | null }

export interface LetterDeskOptions {
  letters: Pick<LetterBox, 'list' | 'get' | 'count'>
  retry: Pick<LetterRetry, 'retry' | 'retryOne'>
  parse: ParseEvent
  audit: Pick<AuditTrail, 'add'>
  now: () => Date
}

/** Letters for people: what their scope sees, and tried again by those who may. */
export class LetterDesk {
  readonly #options: LetterDeskOptions

  constructor(options: LetterDeskOptions) {
    this.#options = options
  }

  list(scope: Scope, query: PageQuery & LetterFilter): Promise<Page<LetterSummary>> {
    return this.#options.letters.list(scope, query)
  }

  /** Rejects with `dead-letter.not-found`. */
  async get(scope: Scope, id: string): Promise<OpenedLetter> {
    const letter = await this.#options.letters.get(scope, id)
    if (letter === undefined) throw new OndineError('dead-letter.not-found', { id })
    return { ...letter, uplink: this.#uplinkOf(letter) }
  }

  /** One page, oldest first; `left` are behind it. Rejects with `access.forbidden`, and when store, topics or codecs are away. */
  async retry(scope: Scope, query: PageQuery & LetterFilter): Promise<Retried & { left: number }> {
    mayRetry(scope)
    const { limit: _, cursor: __, ...filter } = query
    const retried = await this.#options.retry.retry(scope, query)
    const given = Object.entries(filter).filter(([, value]) => value !== undefined)
    await this.#tell(scope, given.map(([name, value]) => `${name}=${String(value)}`).join(' ') || 'all', retried)
    const left = retried.cursor === null ? 0 : await this.#options.letters.count(scope, { ...filter, cursor: retried.cursor })
    return { ...retried, left }
  }

  /** Rejects with `dead-letter.not-found`, else like `retry`. */
  async retryOne(scope: Scope, id: string): Promise<{ tried: number; mended: number; letter: OpenedLetter | null }> {
    mayRetry(scope)
    const retried = await this.#options.retry.retryOne(scope, id)
    if (retried === null) throw new OndineError('dead-letter.not-found', { id })
    await this.#tell(scope, id, retried)
    const { tried, mended } = retried
    return { tried, mended, letter: mended > 0 ? null : await this.get(scope, id) }
  }

  #tell({ account, tenant }: Scope, object: string, { tried, mended }: Retried): Promise<void> {
    const time = this.#options.now().toISOString()
    return this.#options.audit.add([{ time, account, tenant, action: 'dead-letter.retry', object, before: { tried }, after: { mended } }])
  }

  #uplinkOf({ topic, payload }: KeptLetter): UplinkEvent | null {
    try {
      const event = this.#options.parse(topic, payload)
      return event?.type === 'uplink' ? event : null
    } catch {
      return null
    }
  }
}

function mayRetry(scope: Scope): void {
  if (!may(scope, 'manage')) throw new OndineError('access.forbidden', { role: scope.role, action: 'manage' })
}
