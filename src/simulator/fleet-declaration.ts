import { z } from 'zod'

const slug = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, "." "_" "-", at most 64')
/** goes before the place and the number in a slug */
const prefix = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,15}$/, 'must be letters, digits, "." "_" "-", at most 16')
const name = z.string().min(1)
const position = { latitude: z.number().min(-85).max(85), longitude: z.number().min(-180).max(180) }

/** Where some devices of a group are. */
const placeSchema = z.strictObject({
  /** of 32 letters at most: it becomes a part of slugs */
  name: name.max(32),
  commune: z.string().regex(/^\d[0-9AB]\d{3}$/, 'must be an INSEE code such as "37261", in quotes'),
  ...position,
  /** m around it, for scattered devices */
  radius: z.number().min(0).max(50_000).default(300),
  /** one behind the other: degrees from north, metres between them */
  along: z.strictObject({ bearing: z.number(), spacing: z.number().positive() }).optional(),
  /** share of the group */
  weight: z.number().positive().default(1),
})
export type FleetPlace = z.infer<typeof placeSchema>

/** What makes the values of a device, for its model's simulate.js; `examples`: it replays its model's examples. */
const physicsSchema = z.enum([
  'household',
  'bin',
  'soil',
  'street-light',
  'room',
  'parking',
  'passages',
  'electricity',
  'cabinet',
  'watering',
  'river',
  'weather',
  'survey',
  'examples',
])
export type Physics = z.infer<typeof physicsSchema>

/** What devices of a family measure, unless their group says otherwise. */
export const physicsOfFamily: ReadonlyMap<string, Physics> = new Map([
  ['air-quality', 'room'],
  ['counter', 'passages'],
  ['energy', 'electricity'],
  ['field-tester', 'survey'],
  ['fill-level', 'bin'],
  ['indoor', 'room'],
  ['lighting-cabinet', 'cabinet'],
  ['parking', 'parking'],
  ['presence', 'room'],
  ['rain-gauge', 'weather'],
  ['soil-moisture', 'soil'],
  ['street-light', 'street-light'],
  ['valve', 'watering'],
  ['water-level', 'river'],
  ['water-meter', 'household'],
  ['weather', 'weather'],
])

const channelName = z.string().regex(/^[A-Za-z0-9_]{1,8}$/, 'must be letters, digits, "_", at most 8')

/** So many of this model around here, this interval. */
const groupSchema = z.strictObject({
  /** `vendor/model` */
  model: z.string(),
  count: z.int().min(1).max(10_000),
  /** slug */
  service: z.string(),
  /** left out: what its family measures, where its model has a simulate.js */
  physics: physicsSchema.optional(),
  /** of the model, beside `main`, those that something is connected to: each is an asset of its own */
  channels: z.array(channelName).default([]),
  /** seconds between uplinks */
  interval: z
    .number()
    .min(1)
    .max(30 * 86_400),
  /** dB that its seat takes from the signal: a pit, a lid, the ground */
  obstacle: z.number().min(0).max(60).default(0),
  asset: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('pseudonym'), prefix }),
    z.strictObject({ kind: z.literal('numbered'), prefix, label: name, digits: z.int().min(1).max(6).default(3) }),
  ]),
  places: z.array(placeSchema).min(1),
})
export type FleetGroup = z.infer<typeof groupSchema> & { physics: Physics }

/** A simulated territory. What a name refers to must be declared, and what makes an id or a slug must differ. */
export const fleetDeclarationSchema = z
  .strictObject({
    /** another one gives another fleet: other ids, other values */
    seed: z.int().default(1),
    tenant: z.strictObject({
      slug,
      name,
      timeZone: z.string().refine(isTimeZone, 'must be a time zone such as Europe/Paris').default('Europe/Paris'),
    }),
    services: z.array(z.strictObject({ slug, name })).min(1),
    gateways: z.array(z.strictObject({ name, ...position })).min(1),
    groups: z.array(groupSchema).min(1),
  })
  .superRefine(({ services, gateways, groups }, context) => {
    const fault = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message })
    for (const index of repeated(services.map(({ slug }) => slug))) fault(['services', index, 'slug'], 'is there twice')
    for (const index of repeated(gateways.map(({ name }) => name))) fault(['gateways', index, 'name'], 'is there twice')
    const declared = new Set(services.map(({ slug }) => slug))
    for (const [index, group] of groups.entries()) {
      if (!declared.has(group.service)) fault(['groups', index, 'service'], `must be one of ${[...declared].join(', ')}`)
    }
    const numbered = groups.flatMap(({ asset, places }, group) =>
      asset.kind === 'numbered'
        ? places.map(({ name }, place) => ({ group, place, slug: `${asset.prefix} ${name}`, name: `${asset.label} ${name}` }))
        : [],
    )
    const clashes = [...repeated(numbered.map(({ slug }) => slug)), ...repeated(numbered.map(({ name }) => name))]
    for (const index of new Set(clashes)) {
      const { group = 0, place = 0 } = numbered[index] ?? {}
      fault(['groups', group, 'places', place, 'name'], 'is there twice with one prefix or label: their assets would have the same names')
    }
  })
/** With the physics of every group decided. */
export type FleetDeclaration = Omit<z.infer<typeof fleetDeclarationSchema>, 'groups'> & { groups: readonly FleetGroup[] }

function repeated(names: readonly string[]): number[] {
  const plain = names.map(inSlugs)
  return [...plain.keys()].filter((index) => plain.indexOf(plain[index] ?? '') < index)
}

/** What of a place's name a slug can hold. */
export function inSlugs(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
}

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
