import { OndineError } from '../../../errors/ondine-error.ts'
import { toYaml } from '../../../formats/yaml.ts'
import { deviceProfileSchema } from '../../device-profile.ts'
import { type Example, type Model, modelSchema, type Script } from '../../model.ts'
import { firstFault } from '../../schema-fault.ts'
import { normalizedExample } from '../check-example.ts'
import type { ExampleOutcome } from '../run-examples.ts'
import { joinedCodec } from './joined-codec.ts'
import type { ImportedModel } from './layout.ts'
import { certainMapping } from './mapping.ts'
import { toExample, usualPort } from './vector.ts'

/** A device of a catalogue as one of our model folders, before it is written. */
export interface ModelFiles {
  slug: string
  model: Model
  examples: readonly Example[]
  /** file name in the model's folder → text; examples and README come later, when the vectors have been run */
  files: ReadonlyMap<string, string>
  /** text of `device-profiles/<slug>.yaml`; null: too little is known */
  profile: string | null
  /** vectors that are no examples here, and why */
  notTaken: readonly { description: string; error: OndineError }[]
  notMapped: readonly string[]
  otherCodecs: readonly string[]
  /** the port of downlinks whose encoder names none */
  port: number | null
}

/** No catalogue says how often a device reports; once an hour is expected until someone says otherwise. */
const expectedInterval = 3600

/** Throws `import.unusable` and what `toExample` throws is collected under `notTaken`. */
export function modelFiles(slug: string, given: ImportedModel, origin: NonNullable<Model['origin']>): ModelFiles {
  const variants = given.codecs.length > 1
  const notTaken = [...given.unread]
  const written: Example[] = []
  const files = new Map<string, string>()
  const scripts = given.codecs.map((codec, index): Script & { firmware: readonly string[] } => {
    const file = index === 0 ? 'codec.js' : `codec-${index + 1}.js`
    const source = joinedCodec(codec)
    files.set(file, source)
    const usual = usualPort(codec.vectors) ?? 1
    const [firmware] = codec.firmware
    for (const vector of codec.vectors) {
      try {
        if (index > 0 && vector.type !== 'uplink') throw new OndineError('import.vector-variant', { firmware: firmware ?? '' })
        const options = { usual, port: codec.convention.port }
        written.push(toExample(vector, variants && firmware !== undefined ? { ...options, firmware } : options))
      } catch (thrown) {
        notTaken.push({ description: vector.description, error: OndineError.from(thrown) })
      }
    }
    return { model: slug, file, source, firmware: codec.firmware }
  })
  const uplinks = written.flatMap((example) => (example.type === 'uplink' && example.output !== undefined ? [example.output] : []))
  const mapping = certainMapping(
    uplinks,
    given.codecs.every(({ convention }) => convention.normalizes),
  )
  const text = {
    title: titled(given),
    vendor: given.vendor,
    family: 'other',
    version: '1.0.0',
    service: 'other',
    deviceProfile: slug,
    expectedInterval,
    measures: mapping.measures,
    ...(variants ? { variants: variantsOf(scripts), defaultVariant: variantName(0) } : {}),
    ...(given.euiPrefixes.length === 0 ? {} : { euiPrefixes: prefixes(given.euiPrefixes) }),
    sources: given.sources,
    origin,
  }
  const definition = modelSchema.safeParse(text)
  if (!definition.success) throw new OndineError('import.unusable', firstFault(definition.error), { cause: definition.error })
  const [codec] = scripts
  if (codec === undefined) throw new OndineError('import.no-codec', {})
  const variantCodecs = new Map<string, Script>(variants ? scripts.map((script, index) => [variantName(index), script]) : [])
  const model: Model = { ...definition.data, slug, codec, variantCodecs, simulate: null }
  files.set('model.yaml', toYaml(text))
  return {
    slug,
    model,
    examples: written,
    files,
    profile: profileText(given),
    notTaken,
    notMapped: mapping.notMapped,
    otherCodecs: given.otherCodecs,
    port: given.codecs[0]?.convention.port ?? null,
  }
}

function titled({ title, vendor }: ImportedModel): string {
  return title.toLowerCase().startsWith(vendor.toLowerCase()) ? title : `${vendor} ${title}`
}

function variantName(index: number): string {
  return index === 0 ? 'newest' : `older-${index}`
}

function variantsOf(scripts: readonly (Script & { firmware: readonly string[] })[]) {
  return Object.fromEntries(scripts.map(({ file, firmware }, index) => [variantName(index), { codec: file, firmware: [...firmware] }]))
}

/** What is no prefix is left out: a wrong one would find the model for devices of another vendor. */
function prefixes(given: readonly string[]): string[] {
  const plain = given.map((prefix) => prefix.replace(/[^0-9a-f]/gi, '').toLowerCase())
  return [...new Set(plain.filter((prefix) => /^[0-9a-f]{6,9}$/.test(prefix)))]
}

/** The examples as they are written: an uplink says which readings it becomes, by what its codec really gave. */
export function withReadings(made: ModelFiles, outcomes: readonly ExampleOutcome[]): ModelFiles {
  const examples = outcomes.map(({ example, result }) => {
    if (example.type !== 'uplink' || example.output === undefined || !result.ok || !('data' in result)) return example
    const readings = normalizedExample(made.model, example, result.data)
    if (readings.length === 0) return example
    return { ...example, normalized: Object.fromEntries(readings.map(({ channel, values }) => [channel, values])) }
  })
  return { ...made, examples, files: new Map([...made.files, ['examples.json', `${JSON.stringify(examples, null, 2)}\n`]]) }
}

function profileText(given: ImportedModel): string | null {
  if (given.profile === null) return null
  return toYaml(deviceProfileSchema.parse({ title: titled(given), ...given.profile, expectedInterval }))
}
