import { OndineError } from '../../../errors/ondine-error.ts'
import { parseYaml } from '../../../formats/yaml.ts'
import type { Example } from '../../model.ts'
import { conventionOf } from './convention.ts'
import type { CodecEntry, Entry, ImportedCodec, ImportedModel, Layout } from './layout.ts'
import { eu868Profile } from './profile.ts'
import { type Fields, fieldsOf, listOf, textOf, textsOf } from './read-value.ts'
import { readSource } from './source.ts'
import { beside, type SourceFiles } from './source-files.ts'
import { readVectors, type Vector } from './vector.ts'

/**
 * The Things Network's lorawan-devices: `vendor/{index.yaml, V/{index.yaml, D.yaml, P.yaml, C.yaml, *.js}}`; a device names
 * a profile and a codec for each firmware and region, a codec its scripts and their examples.
 */
export const ttnLayout: Layout = {
  name: 'ttn',
  recognises: (files) =>
    files.files('vendor').includes('index.yaml') ||
    files.folders('vendor').some((vendor) => files.files(`vendor/${vendor}`).includes('index.yaml')),
  entries: (files) => files.folders('vendor').flatMap((vendor) => devicesOf(files, vendor)),
}

function yaml(files: SourceFiles, path: string): Fields {
  const text = files.text(path)
  if (text === null) throw new OndineError('import.file-missing', { file: path })
  return fieldsOf(parseYaml(text, path, { merge: true }))
}

function devicesOf(files: SourceFiles, vendor: string): Entry[] {
  const folder = `vendor/${vendor}`
  return listed(files, folder).map((model) => ({
    vendor,
    model,
    path: `${folder}/${model}.yaml`,
    read: () => readDevice(files, vendor, beside(folder, `${model}.yaml`)),
  }))
}

/** A vendor's index may be broken or absent in a part of the catalogue: then every file that describes a device is one. */
function listed(files: SourceFiles, folder: string): readonly string[] {
  try {
    const names = textsOf(yaml(files, `${folder}/index.yaml`).endDevices)
    if (names.length > 0) return [...new Set(names)].sort()
  } catch {
    // told of each device that cannot be read
  }
  return files
    .files(folder)
    .filter((name) => name.endsWith('.yaml') && isDevice(files, `${folder}/${name}`))
    .map((name) => name.replace(/\.yaml$/, ''))
}

function isDevice(files: SourceFiles, path: string): boolean {
  try {
    return /^firmwareVersions\s*:/m.test(files.text(path) ?? '')
  } catch {
    // too large for one
    return false
  }
}

function readDevice(files: SourceFiles, vendor: string, path: string): ImportedModel {
  const device = yaml(files, path)
  const about = vendorOf(files, vendor)
  const unread: ImportedModel['unread'][number][] = []
  const byCodec = new Map<string, string[]>()
  // The newest firmware is the last of the list.
  const firmwares = listOf(device.firmwareVersions).map(fieldsOf).reverse()
  for (const { version, profiles } of firmwares) {
    const codec = codecIn(fieldsOf(profiles))
    if (codec === undefined) continue
    byCodec.set(codec, [...(byCodec.get(codec) ?? []), ...(textOf(version) === undefined ? [] : [String(version)])])
  }
  if (byCodec.size === 0) throw new OndineError('import.no-codec', {})
  const codecs = [...byCodec].map(([name, firmware]): ImportedCodec => {
    const read = readCodec(files, vendor, name)
    unread.push(...read.unread)
    return { ...read.codec, firmware }
  })
  return {
    title: textOf(device.name) ?? path,
    vendor: textOf(about.name) ?? vendor,
    codecs,
    profile: profileOf(files, vendor, firmwares),
    euiPrefixes: textsOf(about.ouis),
    sources: [textOf(device.productURL), textOf(device.dataSheetURL)].flatMap((address) => address ?? []),
    unread,
    otherCodecs: [],
  }
}

function vendorOf(files: SourceFiles, vendor: string): Fields {
  try {
    return (
      listOf(yaml(files, 'vendor/index.yaml').vendors)
        .map(fieldsOf)
        .find(({ id }) => id === vendor) ?? {}
    )
  } catch {
    return {}
  }
}

const europe = 'EU863-870'

/** That of Europe, else of whichever region has one: a payload does not depend on the region. */
function codecIn(profiles: Fields): string | undefined {
  const regions = [europe, ...Object.keys(profiles)]
  return regions.map((region) => textOf(fieldsOf(profiles[region]).codec)).find((codec) => codec !== undefined)
}

const sections: readonly { section: string; entry: CodecEntry; type: Example['type'] }[] = [
  { section: 'uplinkDecoder', entry: 'decodeUplink', type: 'uplink' },
  { section: 'downlinkEncoder', entry: 'encodeDownlink', type: 'downlink-encode' },
  { section: 'downlinkDecoder', entry: 'decodeDownlink', type: 'downlink-decode' },
]

function readCodec(
  files: SourceFiles,
  vendor: string,
  name: string,
): { codec: Omit<ImportedCodec, 'firmware'>; unread: ImportedModel['unread'] } {
  const folder = `vendor/${vendor}`
  const codec = yaml(files, beside(folder, `${name}.yaml`))
  const byFile = new Map<string, CodecEntry[]>()
  const vectors: Vector[] = []
  const unread: ImportedModel['unread'][number][] = []
  let normalizes = false
  for (const { section, entry, type } of sections) {
    const { fileName, examples } = fieldsOf(codec[section])
    const file = textOf(fileName)
    if (file === undefined) continue
    byFile.set(file, [...(byFile.get(file) ?? []), entry])
    if (entry === 'decodeUplink') normalizes = normalizer.test(readSource(files, beside(folder, file)))
    const normal = (output: unknown) => (type === 'uplink' && normalizes ? fieldsOf(output).data : undefined)
    const read = readVectors(
      listOf(examples)
        .map(fieldsOf)
        .map(({ description, input, output, normalizedOutput }) => ({
          type,
          description,
          input,
          output,
          normalized: normal(normalizedOutput),
        })),
    )
    vectors.push(...read.vectors)
    unread.push(...read.unread)
  }
  if (byFile.size === 0) throw new OndineError('import.no-codec', {})
  const parts = [...byFile].map(([file, entries]) => {
    const path = beside(folder, file)
    // One file has whatever it has; of several, each is for what its section says.
    return { path, source: readSource(files, path), entries: byFile.size === 1 ? ('all' as const) : entries }
  })
  return { codec: { parts, convention: conventionOf('ts013', vectors, normalizes), vectors }, unread }
}

/** The Things Stack's own addition to TS013, declared or assigned. */
const normalizer = /\bfunction\s+normalizeUplink\b|\bnormalizeUplink\s*=/

function profileOf(files: SourceFiles, vendor: string, firmwares: readonly Fields[]): ImportedModel['profile'] {
  for (const { profiles } of firmwares) {
    const id = textOf(fieldsOf(fieldsOf(profiles)[europe]).id)
    const file = id === undefined ? null : beside(`vendor/${vendor}`, `${id}.yaml`)
    if (file === null || files.text(file) === null) continue
    const profile = yaml(files, file)
    return eu868Profile({
      macVersion: macVersion(textOf(profile.macVersion)),
      regionalParameters: regionalParameters(textOf(profile.regionalParametersVersion)),
      class: profile.supportsClassC === true ? 'C' : profile.supportsClassB === true ? 'B' : 'A',
      supportsOtaa: profile.supportsJoin,
    })
  }
  return null
}

/** YAML reads `1.0` as the number 1. */
function macVersion(said: string | undefined): string | undefined {
  return said === '1' || said === '1.0' ? '1.0.0' : said === '1.1' ? '1.1.0' : said
}

/** Up to LoRaWAN 1.0.1 the regional parameters are a chapter of the specification itself (TS001), which ChirpStack calls A. */
function regionalParameters(said: string | undefined): string | undefined {
  if (said?.startsWith('RP002-') === true) return said
  return /^RP001-.*-RevB$/.test(said ?? '') ? 'B' : /^(RP001|TS001)-/.test(said ?? '') ? 'A' : undefined
}
