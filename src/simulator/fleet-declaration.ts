import { z } from 'zod'

const slug = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, "." "_" "-", at most 64')
/** goes before the place and the number in a slug */
const prefix = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,15}$/, 'must be letters, digits, "." "_" "-", at most 16')
const name = z.string().min(1)
const position = { latitude: z.number().min(-85).max(85), longitude: z.number().min(-180).max(180) }

/** Where some devices of a group are. */
const placeSchema = z.strictObject({
  /** of 40 letters at most: it becomes a part of slugs */
  name: name.max(40),
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

/** So many of this model around here, this interval. */
const groupSchema = z.strictObject({
  /** `vendor/model` */
  model: z.string(),
  count: z.int().min(1).max(10_000),
  /** slug */
  service: z.string(),
  /** what makes its values, for the model's simulate.js; `examples`: it replays its model's examples */
  physics: z.enum(['household', 'bin', 'soil', 'street-light', 'examples']).default('examples'),
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
export type FleetGroup = z.infer<typeof groupSchema>

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
export type FleetDeclaration = z.infer<typeof fleetDeclarationSchema>

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

const place = (name: string, commune: string, latitude: number, longitude: number, radius: number, weight = 1): FleetPlace => ({
  name,
  commune,
  latitude,
  longitude,
  radius,
  weight,
})

const street = (name: string, commune: string, latitude: number, longitude: number, bearing: number): FleetPlace => ({
  ...place(name, commune, latitude, longitude, 0),
  along: { bearing, spacing: 28 },
})

const tours = '37261'
const joue = '37122'
const saintCyr = '37214'
const saintPierre = '37233'
const laRiche = '37195'
const saintAvertin = '37208'
const chambray = '37050'
const fondettes = '37109'

/** The fleet of the first start: 240 devices of 4 services in Tours and its neighbours, heard by 6 gateways. */
export const defaultFleet: FleetDeclaration = {
  seed: 37261,
  tenant: { slug: 'tours', name: 'Tours (simulated)', timeZone: 'Europe/Paris' },
  services: [
    { slug: 'water', name: 'Water' },
    { slug: 'waste', name: 'Waste' },
    { slug: 'irrigation', name: 'Irrigation' },
    { slug: 'lighting', name: 'Street lighting' },
  ],
  gateways: [
    { name: 'Tours Hôtel de Ville', latitude: 47.39, longitude: 0.689 },
    { name: 'Tours Nord', latitude: 47.42, longitude: 0.7 },
    { name: 'Joué-lès-Tours', latitude: 47.352, longitude: 0.662 },
    { name: 'Saint-Cyr-sur-Loire', latitude: 47.403, longitude: 0.664 },
    { name: 'Chambray-lès-Tours', latitude: 47.338, longitude: 0.714 },
    { name: 'Fondettes', latitude: 47.405, longitude: 0.599 },
  ],
  groups: [
    {
      model: 'axioma/qalcosonic-w1',
      count: 120,
      service: 'water',
      physics: 'household',
      interval: 1800,
      obstacle: 14,
      asset: { kind: 'pseudonym', prefix: 'w' },
      places: [
        place('Tours', tours, 47.394, 0.685, 2200, 5),
        place('Joué-lès-Tours', joue, 47.352, 0.662, 1300, 2),
        place('Saint-Cyr-sur-Loire', saintCyr, 47.402, 0.665, 1100, 1),
        place('Saint-Pierre-des-Corps', saintPierre, 47.391, 0.729, 900, 1),
        place('Chambray-lès-Tours', chambray, 47.338, 0.714, 1000, 1),
        place('Fondettes', fondettes, 47.405, 0.599, 1000, 1),
        place('Saint-Avertin', saintAvertin, 47.367, 0.727, 900, 1),
      ],
    },
    {
      model: 'milesight/em400-mud',
      count: 40,
      service: 'waste',
      physics: 'bin',
      interval: 900,
      obstacle: 6,
      asset: { kind: 'numbered', prefix: 'PAV', label: 'PAV', digits: 1 },
      places: [
        place('Gare', tours, 47.3899, 0.6937, 150),
        place('Halles', tours, 47.3925, 0.6815, 150),
        place('Jaurès', tours, 47.3903, 0.6886, 150),
        place('Velpeau', tours, 47.3897, 0.7052, 150),
        place('Lac', tours, 47.3665, 0.7005, 300),
        place('Rabière', joue, 47.356, 0.6655, 250),
        place('La Riche', laRiche, 47.389, 0.661, 250),
        place('Saint-Avertin', saintAvertin, 47.367, 0.727, 250),
      ],
    },
    {
      model: 'decentlab/dl-trs12',
      count: 20,
      service: 'irrigation',
      physics: 'soil',
      interval: 600,
      obstacle: 9,
      asset: { kind: 'numbered', prefix: 'S', label: 'Sonde', digits: 2 },
      places: [
        place('Botanique', tours, 47.3877, 0.6648, 150),
        place('Prébendes', tours, 47.3842, 0.6821, 120),
        place('Gloriette', tours, 47.3735, 0.6715, 300),
        place('Perraudière', saintCyr, 47.3995, 0.6685, 150),
      ],
    },
    {
      model: 'nasys/ul20xx',
      count: 60,
      service: 'lighting',
      physics: 'street-light',
      interval: 900,
      obstacle: 0,
      asset: { kind: 'numbered', prefix: 'L', label: 'Candélabre', digits: 3 },
      places: [
        street('Foch', tours, 47.3945, 0.682, 80),
        street('Grammont', tours, 47.388, 0.6895, 172),
        street('Colbert', tours, 47.3956, 0.6872, 85),
      ],
    },
  ],
}
