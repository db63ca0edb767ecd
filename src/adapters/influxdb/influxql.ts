import type { ReadingScope } from '../../readings/reading-store.ts'
import { instants } from '../../readings/storable.ts'
import { metaField, serviceText } from './meta.ts'

export function textLiteral(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`
}

export function identifier(name: string): string {
  return `"${name.replaceAll(/["\\]/g, '\\$&')}"`
}

/** Conditions of a scope, or null when nothing can match. Tenant and asset are tags, the service begins a field. */
export function scopeConditions(scope: ReadingScope, asset: string | undefined): string[] | null {
  if (scope.services?.length === 0 || scope.assets?.length === 0) return null
  const conditions: string[] = []
  if (scope.tenant !== null) conditions.push(`tenant = ${textLiteral(scope.tenant)}`)
  if (asset !== undefined) {
    if (scope.assets !== null && !scope.assets.includes(asset)) return null
    // InfluxQL has no word for them, and no reading of such an asset was ever kept.
    if (/\p{Cc}/u.test(asset)) return null
    conditions.push(`asset = ${textLiteral(asset)}`)
  } else if (scope.assets !== null) {
    conditions.push(oneOf('asset', scope.assets))
  }
  if (scope.services !== null) {
    // No reading has a service that is no text.
    const services = scope.services.filter((service) => service.isWellFormed())
    if (services.length === 0) return null
    conditions.push(`${metaField} =~ /^(${services.map(serviceText).join('|')})\\|/`)
  }
  return conditions
}

export function oneOf(name: string, texts: readonly string[]): string {
  return `(${texts.map((text) => `${name} = ${textLiteral(text)}`).join(' OR ')})`
}

export function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
}

/** ms since 1970. InfluxQL refuses an instant that nanoseconds since 1970 cannot say; beyond ours there is no reading anyway. */
export function bound(time: string): number {
  return Math.min(Math.max(Date.parse(time), instants.first), instants.last + 1)
}
