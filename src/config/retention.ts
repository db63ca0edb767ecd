import { z } from 'zod'

const slug = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, "." "_" "-", at most 64')
const days = (what: string) =>
  z.union([z.int().min(1).max(36_500), z.literal('forever')]).describe(`How many days ${what} are kept, or \`forever\`.`)

const kinds = {
  frames: days('raw frames, for `ondine replay`,'),
  readings: days('readings'),
  daily: days('daily values'),
}

const ruleSchema = z
  .strictObject({
    tenant: slug.optional().describe('Slug; left out: every tenant.'),
    service: slug.optional().describe('Slug; left out: every service.'),
    frames: kinds.frames.optional(),
    readings: kinds.readings.optional(),
    daily: kinds.daily.optional(),
  })
  .refine(
    ({ tenant, service }) => tenant !== undefined || service !== undefined,
    'names neither tenant nor service: what holds for all stands beside rules',
  )
  .refine(
    ({ frames, readings, daily }) => [frames, readings, daily].some((kept) => kept !== undefined),
    'says nothing: give frames, readings or daily',
  )

/** How long what is kept, by tenant and service. A frame of 24 bytes takes about 75 bytes of disk. */
export const retentionSchema = z
  .strictObject({
    frames: kinds.frames.default(100),
    readings: kinds.readings.default('forever'),
    daily: kinds.daily.default('forever'),
    rules: z
      .array(ruleSchema)
      .default([])
      .describe('For one tenant or service: the narrowest counts, a tenant’s before a service’s; what it leaves out is as for all.'),
  })
  .superRefine((retention, context) => {
    const seen = new Set<string>()
    for (const [index, { tenant, service }] of retention.rules.entries()) {
      const key = `${tenant ?? ''}/${service ?? ''}`
      if (seen.has(key))
        context.addIssue({ code: 'custom', path: ['rules', index], message: 'is there twice: one rule for each tenant and service' })
      seen.add(key)
    }
    const rules = keptOf(retention)
    for (const { readings, daily, rule } of rules) {
      if (daily === null || (readings !== null && readings <= daily)) continue
      const message = `daily values (${daily} days) would go before the readings (${readings ?? 'forever'}) that they are made of`
      context.addIssue({ code: 'custom', path: rule === null ? ['daily'] : ['rules', rule], message })
    }
  })
type Retention = z.infer<typeof retentionSchema>

/** A rule with nothing left out. In days; null: for ever. */
export interface Kept {
  /** null: all that no narrower rule names */
  tenant: string | null
  service: string | null
  frames: number | null
  readings: number | null
  daily: number | null
}

/** The rules as the stores take them: the one for all first, each complete. A tenant's and a service's rule that meet make one of their own. */
export function keptRules(retention: Retention): Kept[] {
  return keptOf(retention).map(({ rule, ...kept }) => kept)
}

/** `rule`: the index of the rule that said it; null: the defaults */
function keptOf({ rules, ...all }: Retention): (Kept & { rule: number | null })[] {
  const of = (tenant: string | null, service: string | null, rule: number | null) => {
    const fitting = rules
      .filter((one) => (one.tenant === undefined || one.tenant === tenant) && (one.service === undefined || one.service === service))
      .sort((a, b) => narrowness(b) - narrowness(a))
    const said = (kind: keyof typeof kinds) => fitting.map((one) => one[kind]).find((kept) => kept !== undefined) ?? all[kind]
    return { tenant, service, frames: toDays(said('frames')), readings: toDays(said('readings')), daily: toDays(said('daily')), rule }
  }
  const given = rules.map(({ tenant, service }, index) => of(tenant ?? null, service ?? null, index))
  const tenants = given.filter(({ tenant, service }) => tenant !== null && service === null)
  const services = given.filter(({ tenant, service }) => tenant === null && service !== null)
  const meeting = tenants.flatMap(({ tenant, rule }) => services.map(({ service }) => of(tenant, service, rule)))
  const fresh = meeting.filter((one) => !given.some(({ tenant, service }) => tenant === one.tenant && service === one.service))
  return [of(null, null, null), ...given, ...fresh]
}

function narrowness({ tenant, service }: Retention['rules'][number]): number {
  return (tenant === undefined ? 0 : 2) + (service === undefined ? 0 : 1)
}

function toDays(kept: number | 'forever'): number | null {
  return kept === 'forever' ? null : kept
}
