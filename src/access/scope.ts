import { z } from 'zod'
import { may } from './permissions.ts'

export const roleSchema = z.enum(['admin', 'operator', 'technician', 'agent', 'integrator', 'reader'])
export type Role = z.infer<typeof roleSchema>

/**
 * What the bearer of a token may see and do. Every query takes it as its first argument.
 * `tenant: null` is the whole server (its own administrator); null lists mean no restriction.
 */
export const scopeSchema = z.object({
  /** name of the token, for audit rows: never the token itself */
  account: z.string(),
  role: roleSchema,
  /** tenant slug */
  tenant: z.string().nullable(),
  /** service slugs */
  services: z.array(z.string()).nullable(),
  /** INSEE codes */
  communes: z.array(z.string()).nullable(),
})
export type Scope = z.infer<typeof scopeSchema>

/** Parts of this program that act by themselves (dispatcher, seeding); never given to a request. */
export const serverScope: Scope = { account: 'ondine', role: 'admin', tenant: null, services: null, communes: null }

export function seesTenant(scope: Scope, tenant: string): boolean {
  return scope.tenant === null || scope.tenant === tenant
}

export function seesService(scope: Scope, service: string): boolean {
  return scope.services === null || scope.services.includes(service)
}

/** An asset without a commune is seen only by those whom communes do not restrict. */
export function seesCommune(scope: Scope, commune: string | null): boolean {
  return scope.communes === null || (commune !== null && scope.communes.includes(commune))
}

export function mayOrder(scope: Scope): boolean {
  return may(scope, 'order')
}
