import { OndineError } from '../../../errors/ondine-error.ts'
import { parseJson5 } from '../../../formats/json5.ts'
import { parseToml } from '../../../formats/toml.ts'
import { conventionOf } from './convention.ts'
import type { Entry, ImportedCodec, ImportedModel, Layout } from './layout.ts'
import { eu868Profile } from './profile.ts'
import { type Fields, fieldsOf, listOf, textOf, textsOf } from './read-value.ts'
import { readSource } from './source.ts'
import { beside, type SourceFiles } from './source-files.ts'
import { readVectors } from './vector.ts'

/** chirpstack-device-profiles: `vendors/V/{vendor.toml, devices/*.toml, profiles/*.toml, codecs/*.js, codecs/test_{decode,encode}_*.json}`. */
export const chirpstackLayout: Layout = {
  name: 'chirpstack',
  recognises: (files) => files.folders('vendors').some((vendor) => files.files(`vendors/${vendor}`).includes('vendor.toml')),
  entries: (files) => files.folders('vendors').flatMap((vendor) => devicesOf(files, vendor)),
}

function devicesOf(files: SourceFiles, vendor: string): Entry[] {
  const folder = `vendors/${vendor}/devices`
  return files
    .files(folder)
    .filter((name) => name.endsWith('.toml'))
    .map((name) => ({
      vendor,
      model: name.replace(/\.toml$/, ''),
      path: `${folder}/${name}`,
      read: () => readDevice(files, vendor, `${folder}/${name}`),
    }))
}

function toml(files: SourceFiles, path: string): Fields {
  const text = files.text(path)
  if (text === null) throw new OndineError('import.file-missing', { file: path })
  return fieldsOf(parseToml(text, path))
}

function readDevice(files: SourceFiles, vendor: string, path: string): ImportedModel {
  const device = fieldsOf(toml(files, path).device)
  const about = fieldsOf(toml(files, `vendors/${vendor}/vendor.toml`).vendor)
  const vendorName = textOf(about.name) ?? vendor
  // Newest last, as people add them; here the newest comes first.
  const firmwares = listOf(device.firmware).map(fieldsOf).reverse()
  const unread: ImportedModel['unread'][number][] = []
  const byCodec = new Map<string, string[]>()
  for (const { codec, version } of firmwares) {
    const name = textOf(codec)
    if (name === undefined) continue
    byCodec.set(name, [...(byCodec.get(name) ?? []), ...(textOf(version) === undefined ? [] : [String(version)])])
  }
  if (byCodec.size === 0) throw new OndineError('import.no-codec', {})
  const codecs = [...byCodec].map(([name, firmware]): ImportedCodec => {
    const file = beside(`vendors/${vendor}/codecs`, name)
    const source = readSource(files, file)
    const read = readTests(files, file)
    unread.push(...read.unread)
    return {
      parts: [{ path: file, source, entries: 'all' }],
      convention: conventionOf('ts013', read.vectors),
      firmware,
      vectors: read.vectors,
    }
  })
  const metadata = fieldsOf(device.metadata)
  return {
    title: textOf(device.name) ?? path,
    vendor: vendorName,
    codecs,
    profile: profileOf(
      files,
      vendor,
      firmwares.flatMap(({ profiles }) => textsOf(profiles)),
    ),
    euiPrefixes: textsOf(about.ouis),
    sources: [textOf(metadata.product_url), textOf(metadata.documentation_url)].flatMap((address) => address ?? []),
    unread,
    otherCodecs: [],
  }
}

/** The vectors of `codecs/x.js`: `codecs/test_decode_x.json` and `codecs/test_encode_x.json`; some are JSON5. */
function readTests(files: SourceFiles, codec: string) {
  const [, folder = '', name = ''] = /^(.*)\/([^/]*)\.js$/.exec(codec) ?? []
  const read = (kind: 'decode' | 'encode') => {
    const file = `${folder}/test_${kind}_${name}.json`
    const text = files.text(file)
    if (text === null || text.trim() === '') return { vectors: [], unread: [] }
    try {
      const tests = listOf(parseJson5(text, file)).map(fieldsOf)
      const type = kind === 'decode' ? ('uplink' as const) : ('downlink-encode' as const)
      return readVectors(tests.map(({ name: description, input, expected }) => ({ type, description, input, output: expected })))
    } catch (thrown) {
      return { vectors: [], unread: [{ description: file, error: OndineError.from(thrown) }] }
    }
  }
  const [decode, encode] = [read('decode'), read('encode')]
  return { vectors: [...decode.vectors, ...encode.vectors], unread: [...decode.unread, ...encode.unread] }
}

function profileOf(files: SourceFiles, vendor: string, names: readonly string[]): ImportedModel['profile'] {
  for (const name of new Set(names)) {
    const text = files.text(beside(`vendors/${vendor}/profiles`, name))
    if (text === null) continue
    const profile = fieldsOf(fieldsOf(parseToml(text, name)).profile)
    if (profile.region !== 'EU868') continue
    return eu868Profile({
      macVersion: textOf(profile.mac_version),
      regionalParameters: textOf(profile.reg_params_revision),
      class: profile.supports_class_c === true ? 'C' : profile.supports_class_b === true ? 'B' : 'A',
      supportsOtaa: profile.supports_otaa,
    })
  }
  return null
}
