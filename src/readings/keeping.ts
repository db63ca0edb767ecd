import type { Keeping } from './history.ts'

const msPerDay = 86_400_000

/** The rule that counts for this tenant and service: of those that fit the narrowest, a tenant's before a service's. */
export function ruleFor<R extends Pick<Keeping, 'tenant' | 'service'>>(
  rules: readonly R[],
  { tenant, service }: { tenant: string; service: string },
): R | undefined {
  const fitting = rules.filter(
    (rule) => (rule.tenant === null || rule.tenant === tenant) && (rule.service === null || rule.service === service),
  )
  const narrowness = (rule: R) => (rule.tenant === null ? 0 : 2) + (rule.service === null ? 0 : 1)
  return fitting.reduce<R | undefined>((best, rule) => (best === undefined || narrowness(rule) > narrowness(best) ? rule : best), undefined)
}

/** Number of the first UTC day since 1970 that is kept: whole days are, so that no day is told by a part of it. null: all. */
export function firstDayKept(days: number | null | undefined, now: Date): number | null {
  return days == null ? null : Math.floor(now.getTime() / msPerDay) - days
}
