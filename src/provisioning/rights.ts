import { type Action, may } from '../access/permissions.ts'
import type { Scope } from '../access/scope.ts'
import { OndineError } from '../errors/ondine-error.ts'
import type { PlanHead } from './ports.ts'

/** Planning sees, and applying writes, all that a tenant has: not for who is given a part of it. Throws `access.forbidden` and `provisioning.limited-token`. */
export function need(scope: Scope): void {
  demand(scope, 'manage')
  if (scope.services !== null || scope.communes !== null) throw new OndineError('provisioning.limited-token', {})
}

/** What concerns every tenant. Throws `access.forbidden` and `access.one-tenant-only`. */
export function needServer(scope: Scope): void {
  demand(scope, 'administrate')
  if (scope.tenant !== null) throw new OndineError('access.one-tenant-only', { tenant: scope.tenant })
}

/** Deleting is for who answers for the fleet, making or taking over tenants for who administrates them all. Throws like `needServer`. */
export function checkRights(scope: Scope, { counts }: Pick<PlanHead, 'counts'>): void {
  if (counts.some(({ outcome }) => outcome === 'delete')) demand(scope, 'prune')
  if (counts.some(({ kind, outcome }) => kind === 'tenant' && (outcome === 'create' || outcome === 'change'))) needServer(scope)
}

function demand(scope: Scope, action: Action): void {
  if (!may(scope, action)) throw new OndineError('access.forbidden', { role: scope.role, action })
}
