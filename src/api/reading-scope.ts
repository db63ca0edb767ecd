import type { Scope } from '../access/scope.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { AssetView } from '../inventory/views.ts'
import type { ReadingScope } from '../readings/reading-store.ts'

/** The part of `scope` in one tenant and service; null when nothing is left of it. */
export function narrow(scope: ReadingScope, to: { tenant?: string | undefined; service?: string | undefined }): ReadingScope | null {
  const { tenant, service } = to
  if (tenant !== undefined && scope.tenant !== null && scope.tenant !== tenant) return null
  if (service !== undefined && scope.services !== null && !scope.services.includes(service)) return null
  return { ...scope, tenant: tenant ?? scope.tenant, services: service === undefined ? scope.services : [service] }
}

/** The part of a token's scope that is this one asset, which it was seen to have. */
export async function scopeOfAsset(inventory: Pick<Inventory, 'readingScope'>, scope: Scope, asset: AssetView): Promise<ReadingScope> {
  const { services } = await inventory.readingScope(scope)
  return { tenant: asset.tenant, services, assets: [asset.slug] }
}
