import { OndineError } from '../../../errors/ondine-error.ts'
import { parseJson5 } from '../../../formats/json5.ts'
import { parseYaml } from '../../../formats/yaml.ts'
import type { Example } from '../../model.ts'
import { conventionOf } from './convention.ts'
import type { Convention } from './joined-codec.ts'
import type { Entry, ImportedCodec, ImportedModel, Layout } from './layout.ts'
import { eu868Profile } from './profile.ts'
import { type Fields, fieldsOf, listOf, textOf, textsOf } from './read-value.ts'
import { readSource } from './source.ts'
import { beside, type SourceFiles, within } from './source-files.ts'
import { readVectors } from './vector.ts'

/**
 * Actility device-catalog: `vendors/V/{vendor.yaml, models/M/model.yaml, profiles/*.yaml, drivers/D/{driver.yaml, index.js, examples.json}}`.
 * A model names its drivers by their protocols, the newest first; a driver that no model names is a device of its own.
 */
export const actilityLayout: Layout = {
  name: 'actility',
  recognises: (files) => files.folders('vendors').some((vendor) => files.files(`vendors/${vendor}`).includes('vendor.yaml')),
  entries(files) {
    const vendors = files.folders('vendors')
    const drivers = vendors.flatMap((vendor) =>
      files.folders(`vendors/${vendor}/drivers`).flatMap((name) => driverAt(files, `vendors/${vendor}/drivers/${name}`) ?? []),
    )
    const named = new Set<string>()
    const models = vendors.flatMap((vendor) => modelsOf(files, vendor, drivers, named))
    const alone = drivers.filter(({ folder }) => !named.has(folder)).map((driver) => aloneEntry(files, driver))
    return [...models, ...alone].sort((a, b) => (a.path < b.path ? -1 : 1))
  },
}

interface Driver {
  folder: string
  protocol: string | undefined
  signature: string | undefined
}

/** A vendor's models; a model may use the driver of another vendor. Adds to `named` the folders of the drivers that are used. */
function modelsOf(files: SourceFiles, vendor: string, drivers: readonly Driver[], named: Set<string>): Entry[] {
  return files.folders(`vendors/${vendor}/models`).flatMap((model): Entry[] => {
    const path = `vendors/${vendor}/models/${model}/model.yaml`
    if (!files.files(`vendors/${vendor}/models/${model}`).includes('model.yaml')) return []
    const protocols = protocolsOf(softly(files, path))
    const own = protocols.flatMap((protocol) => drivers.filter((driver) => driver.protocol === protocol))
    for (const { folder } of own) named.add(folder)
    return [{ vendor, model, path, read: () => readModel(files, vendor, path, own) }]
  })
}

function aloneEntry(files: SourceFiles, driver: Driver): Entry {
  const [, vendor = '', , model = ''] = driver.folder.split('/')
  return { vendor, model, path: driver.folder, read: () => readModel(files, vendor, null, [driver]) }
}

function protocolsOf({ protocolId }: Fields): readonly string[] {
  return Array.isArray(protocolId) ? textsOf(protocolId) : [textOf(protocolId) ?? []].flat()
}

/** A file that cannot be read says nothing here; where it matters the error comes when its device is read. */
function softly(files: SourceFiles, path: string): Fields {
  try {
    return fieldsOf(parseYaml(files.text(path) ?? '', path, { merge: true }))
  } catch {
    return {}
  }
}

function driverAt(files: SourceFiles, folder: string): Driver | null {
  if (!files.files(folder).includes('driver.yaml')) return null
  const driver = softly(files, `${folder}/driver.yaml`)
  return { folder, protocol: textOf(driver.protocolId), signature: textOf(driver.signature) }
}

function readModel(files: SourceFiles, vendor: string, path: string | null, drivers: readonly Driver[]): ImportedModel {
  const text = path === null ? null : files.text(path)
  const model = path === null || text === null ? {} : fieldsOf(parseYaml(text, path, { merge: true }))
  const about = softly(files, `vendors/${vendor}/vendor.yaml`)
  const unread: ImportedModel['unread'][number][] = []
  // Protocols are versions of a payload format; models name the newest first.
  const [driver, ...others] = drivers.filter(({ folder }) => mainFile(files, folder) !== null)
  if (driver === undefined) throw withoutCodec(model, drivers)
  const read = readDriver(files, driver)
  unread.push(...read.unread)
  const driverText = softly(files, `${driver.folder}/driver.yaml`)
  return {
    title: textOf(model.name) ?? textOf(driverText.name) ?? driver.folder,
    vendor: textOf(about.name) ?? vendor,
    codecs: [read.codec],
    profile: profileOf(files, vendor, model),
    euiPrefixes: [],
    sources: [textOf(model.specificationURL), textOf(model.userGuideURL)].flatMap((address) => address ?? []),
    unread,
    otherCodecs: others.map(({ folder }) => folder),
  }
}

/** Many drivers are known to the catalogue's platform and not in the catalogue. */
function withoutCodec(model: Fields, drivers: readonly Driver[]): OndineError {
  const [driver] = drivers
  if (driver !== undefined) return new OndineError('import.file-missing', { file: `${driver.folder}/index.js` })
  const protocols = protocolsOf(model)
  return protocols.length === 0
    ? new OndineError('import.no-codec', {})
    : new OndineError('import.codec-elsewhere', { name: protocols.join(', ') })
}

function readDriver(files: SourceFiles, { folder, signature }: Driver): { codec: ImportedCodec; unread: ImportedModel['unread'] } {
  const file = mainFile(files, folder) ?? ''
  const source = readSource(files, file)
  if (needsOthers(source)) throw new OndineError('import.codec-in-parts', { file })
  const { vectors, unread } = readExamples(files, `${folder}/examples.json`)
  const convention = conventionOf(signatures[signature ?? ''] ?? 'ts013', vectors)
  return { codec: { parts: [{ path: file, source, entries: 'all' }], convention, firmware: [], vectors }, unread }
}

const signatures: Readonly<Record<string, Convention['signature']>> = {
  'lora-alliance': 'ts013',
  'thingpark-x-js': 'thingpark',
  actility: 'thingpark',
  ttn: 'ttn',
  chirpstack: 'chirpstack',
}

/** The driver's one file: what its package names, else index.js, else main.js; a bundle before a file that needs others. */
function mainFile(files: SourceFiles, folder: string): string | null {
  const names = files.files(folder)
  const candidates = [
    packageMain(files, folder),
    names.includes('index.js') ? 'index.js' : null,
    names.includes('main.js') ? 'main.js' : null,
  ]
  const there = candidates.flatMap((name) => (name !== null && files.text(within(folder, name)) !== null ? within(folder, name) : []))
  return there.find((file) => !needsOthers(files.text(file) ?? '')) ?? there[0] ?? null
}

function packageMain(files: SourceFiles, folder: string): string | null {
  const text = files.text(`${folder}/package.json`)
  if (text === null) return null
  try {
    const main = textOf(fieldsOf(JSON.parse(text)).main)
    return main === undefined || !within(folder, main).startsWith(`${folder}/`) ? null : main
  } catch {
    return null
  }
}

/** Asks for a file beside it, as what is not bundled does. */
export function needsOthers(source: string): boolean {
  return /\brequire\(\s*['"]\.{1,2}\//.test(source)
}

/** `examples.json` after TS013, as Actility and Watteco have it. */
export function readExamples(files: SourceFiles, file: string): ReturnType<typeof readVectors> {
  try {
    const text = files.text(file)
    if (text === null || text.trim() === '') return { vectors: [], unread: [] }
    const examples = listOf(parseJson5(text, file)).map(fieldsOf)
    return readVectors(
      examples.flatMap(({ type, description, input, output, useContext }) =>
        isType(type) ? [{ type, description, output, input: { ...fieldsOf(input), ...(useContext === true ? { useContext } : {}) } }] : [],
      ),
    )
  } catch (thrown) {
    return { vectors: [], unread: [{ description: file, error: OndineError.from(thrown) }] }
  }
}

function isType(type: unknown): type is Example['type'] {
  return type === 'uplink' || type === 'downlink-encode' || type === 'downlink-decode'
}

function profileOf(files: SourceFiles, vendor: string, model: Fields): ImportedModel['profile'] {
  for (const id of listOf(model.deviceProfileIds).flatMap((given) => textOf(fieldsOf(given).id) ?? [])) {
    // Ids of profiles that are kept elsewhere have a `/`.
    if (id.includes('/')) continue
    const profile = softly(files, beside(`vendors/${vendor}/profiles`, `${id}.yaml`))
    if (
      !(textOf(profile.ISMbands) ?? '')
        .toLowerCase()
        .split(/[\s,]+/)
        .includes('eu868')
    )
      continue
    const mac = fieldsOf(profile.mac)
    return eu868Profile({
      macVersion: macVersion(textOf(mac.loRaWANMacVersion)),
      regionalParameters: regionalParameters(textOf(mac.regionalParameterVersion)),
      class: textOf(profile.loRaWANClass),
      supportsOtaa: mac.overTheAirActivation,
    })
  }
  return null
}

function macVersion(said: string | undefined): string | undefined {
  if (said === '1.1') return '1.1.0'
  return said === '1.0.0/1.0.1' ? '1.0.1' : said
}

/** `RP2-1.0.3`, or the letter behind `1.0.2rev` (no 1.0.2revC in ChirpStack's words). */
function regionalParameters(said: string | undefined): string | undefined {
  const letter = /rev([AB])$/i.exec(said ?? '')?.[1]
  return letter?.toUpperCase() ?? said?.replace(/^RP2-/, 'RP002-')
}
