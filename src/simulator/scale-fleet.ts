import type { FleetDeclaration } from './fleet-declaration.ts'

/**
 * The same mix in exactly so many devices: at least one of each group where there are enough, and each in its share.
 * Groups stay in their places, also those that get none: ids are made from them.
 */
export function scaled(declaration: FleetDeclaration, devices: number): FleetDeclaration {
  const declared = declaration.groups.reduce((sum, { count }) => sum + count, 0)
  const shares = declaration.groups.map(({ count }) => (count * devices) / declared)
  const least = devices >= shares.length ? 1 : 0
  const counts = shares.map((): number => least)
  const lacking = (index: number) => (shares[index] ?? 0) - (counts[index] ?? 0)
  for (let left = devices - least * shares.length; left > 0; left--) {
    const most = shares.reduce((found, _, index) => (lacking(index) > lacking(found) ? index : found), 0)
    counts[most] = (counts[most] ?? 0) + 1
  }
  const groups = declaration.groups.map((group, index) => ({ ...group, count: counts[index] ?? 0 }))
  const used = new Set(groups.filter(({ count }) => count > 0).map(({ service }) => service))
  return { ...declaration, groups, services: declaration.services.filter(({ slug }) => used.has(slug)) }
}
