import type { Scope } from '../../access/scope.ts'
import type { Page, PageQuery } from '../../inventory/page.ts'
import type { DeadLetter, DeadLetterReason, DeadLetters } from '../ports.ts'

/** Which letters; what is left out restricts nothing. */
export interface LetterFilter {
  reasons?: readonly string[] | undefined
  devEuis?: readonly string[] | undefined
  models?: readonly string[] | undefined
  /** ISO 8601 UTC with milliseconds, included: when the network received it */
  from?: string | undefined
  /** excluded */
  to?: string | undefined
}

/** A letter without its contents. */
export type LetterSummary = Pick<DeadLetter, 'offset' | 'detail' | 'advice' | 'devEui' | 'tenant' | 'model' | 'time' | 'topic'> & {
  /** unique, in the order in which they were kept */
  id: string
  reason: string
}

export type KeptLetter = LetterSummary & Pick<DeadLetter, 'payload'>

/** How many are kept: of all, and of one tenant (those of nobody count as one). The oldest go first. */
export interface LetterLimits {
  most: number
  mostPerTenant: number
}

/** Letters as they are kept; implemented in adapters/sql. A letter of a tenant is that tenant's, one of nobody the server's. */
export interface LetterBox extends DeadLetters {
  /** newest first */
  list(scope: Scope, query: PageQuery & LetterFilter): Promise<Page<LetterSummary>>
  get(scope: Scope, id: string): Promise<KeptLetter | undefined>
  /** with their contents, in the order in which they were kept */
  oldest(scope: Scope, query: PageQuery & LetterFilter): Promise<Page<KeptLetter>>
  /** how many there are, behind `cursor` of `oldest` */
  count(scope: Scope, query: LetterFilter & { cursor?: string }): Promise<number>
  /** devices that have letters for one of these reasons */
  devices(reasons: readonly DeadLetterReason[]): Promise<ReadonlySet<string>>
  /** after they were tried again: some are gone, some are kept for another reason or detail, at their place */
  settle(outcome: { gone: readonly string[]; kept: readonly { id: string; letter: DeadLetter }[] }): Promise<void>
  /** how many went */
  trim(limits: LetterLimits): Promise<number>
}
