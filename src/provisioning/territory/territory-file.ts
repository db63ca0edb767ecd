import { z } from 'zod'
import { nearest } from '../../codecs/kit/hint.ts'
import { type ErrorCode, OndineError } from '../../errors/ondine-error.ts'
import { valueFaults } from '../../errors/value-fault.ts'
import { parseYaml } from '../../formats/yaml.ts'
import { lineFinder } from '../../formats/yaml-lines.ts'
import { slugSchema } from '../../inventory/slug.ts'
import { euiSchema } from '../../lorawan/eui.ts'
import { antennaSchema, type Territory, wantedGatewaySchema } from './territory.ts'
import { isTimeZone } from './zoned-time.ts'

const name = z.string().trim().min(1).max(100)

const serviceShape = {
  slug: slugSchema.describe('Name of its folder, and in topics and URLs; given once: water, waste, lighting.'),
  name: name.optional().describe('Name of its ChirpStack application; left out: the slug.'),
}

const locationShape = {
  latitude: z.number().min(-90).max(90).describe('Degrees north (WGS 84).'),
  longitude: z.number().min(-180).max(180).describe('Degrees east (WGS 84).'),
  altitude: z.number().default(0).describe('Metres above the sea.'),
}

const antennaShape = {
  height: antennaSchema.shape.height.describe('Metres above the ground.'),
  azimuth: antennaSchema.shape.azimuth.default(null).describe('Degrees from north, clockwise; left out: the same all around.'),
  gain: antennaSchema.shape.gain.describe('dBi, as on its data sheet.'),
  cableLoss: antennaSchema.shape.cableLoss.default(0).describe('dB of cable, connectors and surge protector.'),
}

const gatewayShape = {
  gatewayId: euiSchema.describe('16 hexadecimal digits of its label, in quotes.'),
  name: name.optional().describe('Name for people; left out: its gatewayId.'),
  description: wantedGatewaySchema.shape.description.default('').describe('For people: who to call, where the key is.'),
  location: z.strictObject(locationShape).nullable().default(null).describe('Where its antenna is.'),
  antenna: z.strictObject(antennaShape).nullable().default(null).describe('For coverage: what it radiates with.'),
  statsInterval: wantedGatewaySchema.shape.statsInterval.default(30).describe('Seconds between its statistics.'),
  tags: wantedGatewaySchema.shape.tags.default({}).describe('Tags in ChirpStack, text by name.'),
}

const model = z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'must be vendor/model')

const tenantShape = {
  slug: slugSchema.describe('Name of its folder, and in topics and URLs; given once.'),
  name: name.optional().describe('Name of its ChirpStack tenant; left out: the slug.'),
  timeZone: z
    .string()
    .refine(isTimeZone, 'must be a time zone such as Europe/Paris')
    .default('Europe/Paris')
    .describe('IANA zone in which dates and clock times of its files are read.'),
  services: z
    .array(z.strictObject(serviceShape))
    .default([])
    .describe('Each is one ChirpStack application; its tables are in <tenant>/<service>/.'),
  profiles: z
    .record(model, name)
    .default({})
    .describe('vendor/model → name of a device profile that is in ChirpStack already; all others are made from device-profiles/.'),
  gateways: z.array(z.strictObject(gatewayShape)).default([]).describe('Its gateways.'),
}

const rootShape = {
  id: z.uuid().describe('Of this folder, for ever: what was made by it is its own. Made by ondine init; never copied to another folder.'),
  recipient: z
    .string()
    .regex(/^age1[02-9ac-hj-np-z]{58}$/, 'must be the recipient of the server, age1…')
    .optional()
    .describe('To whom root keys are encrypted: the server’s public key of age. ondine init asks the server for it.'),
  server: z
    .url({ protocol: /^https?$/, error: 'must be a URL starting with http:// or https://' })
    .optional()
    .describe('Address of the server; left out: --url, ONDINE_URL or the one on this machine.'),
  tenants: z.array(z.strictObject(tenantShape)).min(1).describe('Contract holders: municipality, syndicate, operator.'),
}

/** `territory.yaml`: what is declared beside the tables. */
export const territoryFileSchema = z.strictObject(rootShape).superRefine(({ tenants }, context) => {
  const twice = (path: readonly PropertyKey[]) => context.addIssue({ code: 'custom', path: [...path], message: 'is there twice' })
  const gatewayIds = new Set<string>()
  for (const index of repeated(tenants.map(({ slug }) => slug))) twice(['tenants', index, 'slug'])
  for (const index of repeated(tenants.map((tenant) => tenant.name ?? tenant.slug))) twice(['tenants', index, 'name'])
  for (const [index, { services, gateways }] of tenants.entries()) {
    for (const at of repeated(services.map(({ slug }) => slug))) twice(['tenants', index, 'services', at, 'slug'])
    for (const at of repeated(services.map((service) => service.name ?? service.slug))) twice(['tenants', index, 'services', at, 'name'])
    for (const [at, { gatewayId }] of gateways.entries()) {
      if (gatewayIds.has(gatewayId)) twice(['tenants', index, 'gateways', at, 'gatewayId'])
      gatewayIds.add(gatewayId)
    }
  }
})

export interface TerritoryFile {
  /** to whom keys are encrypted; null: not known yet */
  recipient: string | null
  /** address of the server; null: found as by every command */
  server: string | null
  declared: Omit<Territory, 'devices' | 'installations'>
}

/** Throws `file.malformed`, or `territory.invalid` with the first fault. */
export function parseTerritoryFile(text: string, file: string): TerritoryFile {
  const value = parseYaml(text, file)
  const read = territoryFileSchema.safeParse(value)
  if (read.success) return told(read.data)
  const faults = faultsOf(read.error.issues, text, file)
  const [first = { file, line: 1, path: file, reason: '', fault: '', instead: '' }] = faults
  throw new OndineError('territory.invalid', { ...first, more: faults.length - 1 }, { cause: read.error })
}

function told({ id, recipient, server, tenants }: z.infer<typeof territoryFileSchema>): TerritoryFile {
  return {
    recipient: recipient ?? null,
    server: server ?? null,
    declared: {
      id,
      tenants: tenants.map(({ slug, name = slug, timeZone }) => ({ slug, name, timeZone })),
      services: tenants.flatMap(({ slug: tenant, services }) => services.map(({ slug, name = slug }) => ({ tenant, slug, name }))),
      profiles: tenants.flatMap(({ slug: tenant, profiles }) => Object.entries(profiles).map(([model, name]) => ({ tenant, model, name }))),
      gateways: tenants.flatMap(({ slug: tenant, gateways }) =>
        gateways.map(({ name, ...gateway }) => ({ tenant, ...gateway, name: name ?? gateway.gatewayId })),
      ),
    },
  }
}

interface FileFault {
  file: string
  line: number
  /** `tenants[0].gateways[1].gatewayId` */
  path: string
  reason: string
  /** code of the reason's sentence, whose facts are beside it; empty: the reason says it */
  fault: ErrorCode | ''
  /** what to write instead; empty: that is said already */
  instead: string
}

function faultsOf(issues: readonly z.core.$ZodIssue[], text: string, file: string): FileFault[] {
  const lineOf = lineFinder(text)
  const lines = text.split(/\r\n|\n|\r/)
  const faults = issues.flatMap((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined]
    return keys.map((key): FileFault => {
      const path = key === undefined ? issue.path : [...issue.path, key]
      const line = lineOf(path) ?? 1
      const isName = issue.code === 'invalid_key'
      const [{ code, context, reason } = { code: '' as const, context: {}, reason: issue.message }] = valueFaults(issue)
      return {
        ...context,
        ...{ file, line, path: pathText(path, file), reason: isName ? 'must be vendor/model' : reason, fault: isName ? '' : code },
        instead: key === undefined ? insteadOf(issue, lines[line - 1] ?? '') : nearKey(issue.path, key),
      }
    })
  })
  // A misspelt key is also a missing one: the cause first.
  const isMissing = ({ fault }: FileFault) => (fault === 'value.missing' ? 1 : 0)
  return faults.sort((a, b) => a.line - b.line || isMissing(a) - isMissing(b))
}

function pathText(path: readonly PropertyKey[], file: string): string {
  let text = ''
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : `${text === '' ? '' : '.'}${String(step)}`
  return text || file
}

/** Keys by the last name on the way to their object. */
const keysAt: Readonly<Record<string, object>> = {
  '': rootShape,
  tenants: tenantShape,
  services: serviceShape,
  gateways: gatewayShape,
  location: locationShape,
  antenna: antennaShape,
}

function nearKey(path: readonly PropertyKey[], key: string): string {
  const keys = Object.keys(keysAt[lastName(path)] ?? {})
  return nearest(key, keys) ?? keys.join(', ')
}

function lastName(path: readonly PropertyKey[]): string {
  const [found = ''] = path.filter((step) => typeof step === 'string').slice(-1)
  return found
}

const examples: Readonly<Record<string, string>> = {
  id: 'id: 6f1c8f0e-6b7a-4c1e-9a52-3f6d0c1b7e21',
  server: 'server: https://ondine.example.org',
  tenants: 'tenants: [{ slug: tours, services: [{ slug: water }] }]',
  services: 'services: [{ slug: water }]',
  profiles: 'profiles: { axioma/qalcosonic-w1: "W1 production" }',
  gateways: 'gateways: [{ gatewayId: "7076ff0056081234" }]',
  timeZone: 'timeZone: Europe/Paris',
  gatewayId: 'gatewayId: "7076ff0056081234"',
  location: 'location: { latitude: 47.3941, longitude: 0.6848, altitude: 60 }',
  antenna: 'antenna: { height: 18, gain: 3, cableLoss: 0.5 }',
  statsInterval: 'statsInterval: 30',
  slug: 'slug: tours',
}

function insteadOf(issue: z.core.$ZodIssue, line: string): string {
  const key = lastName(issue.path)
  // YAML takes digits for a number, and "0016e45…" for a very large one: as the person wrote it, in quotes.
  const [, written] = issue.code === 'invalid_type' && issue.expected === 'string' ? (/:\s*([^\s#"',{}[\]&*]+)/.exec(line) ?? []) : []
  if (written !== undefined && line.includes(`${key}:`)) return `${key}: "${written}"`
  if (issue.code === 'invalid_key' || keysAt[lastName(issue.path.slice(0, -1))] === undefined) return ''
  return issue.code === 'custom' && issue.message === 'is there twice' ? '' : (examples[key] ?? '')
}

function repeated(values: readonly string[]): number[] {
  const seen = new Set<string>()
  return values.flatMap((value, index) => {
    const isTwice = seen.has(value)
    seen.add(value)
    return isTwice ? [index] : []
  })
}
