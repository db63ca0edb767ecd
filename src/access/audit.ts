import type { Scope } from './scope.ts'

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/** Who changed what. Never holds a key or a token. */
export interface AuditEntry {
  /** ISO 8601 UTC with milliseconds */
  time: string
  /** name of the token, or `ondine` */
  account: string
  /** tenant slug; null for what concerns the whole server */
  tenant: string | null
  /** `device.install`, `token.issue` … */
  action: string
  /** devEui, asset slug, token name … */
  object: string
  before: Json
  after: Json
}

/** Append only; implemented in adapters/sql. */
export interface AuditTrail {
  add(entries: readonly AuditEntry[]): Promise<void>
  /** newest first; what concerns a tenant is seen by that tenant, what concerns the server by the server's own scope */
  list(scope: Scope, query: { object?: string; limit: number }): Promise<readonly AuditEntry[]>
}
