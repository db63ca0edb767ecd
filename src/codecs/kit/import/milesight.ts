import { OndineError } from '../../../errors/ondine-error.ts'
import { parseJson5 } from '../../../formats/json5.ts'
import type { Entry, ImportedCodec, ImportedModel, Layout } from './layout.ts'
import { readSource } from './source.ts'
import type { SourceFiles } from './source-files.ts'
import { readVectors, type Vector } from './vector.ts'

/**
 * Milesight SensorDecoders: `S-series/M/{M-decoder.js, M-encoder.js, README.md}`; the examples of a README are the vectors:
 * a hexadecimal frame as a comment, then the data. Encoders name no port: 85 is Milesight's.
 */
export const milesightLayout: Layout = {
  name: 'milesight',
  recognises: (files) =>
    seriesOf(files).some((series) => files.folders(series).some((model) => stemsOf(files, `${series}/${model}`).length > 0)),
  entries(files) {
    const found = new Map<string, Entry>()
    for (const series of seriesOf(files)) {
      for (const folder of files.folders(series)) {
        const path = `${series}/${folder}`
        // A folder may hold another model's files as well; those of its own name count, and elsewhere the other's own folder.
        for (const stem of stemsOf(files, path)) {
          if (found.has(stem) && stem !== folder) continue
          found.set(stem, {
            vendor: 'milesight',
            model: stem,
            path: `${path}/${stem}-decoder.js`,
            read: () => readModel(files, path, stem),
          })
        }
      }
    }
    return [...found.values()].sort((a, b) => (a.model < b.model ? -1 : 1))
  },
}

const port = 85

function seriesOf(files: SourceFiles): readonly string[] {
  return files.folders('').filter((name) => name.endsWith('-series'))
}

function stemsOf(files: SourceFiles, path: string): readonly string[] {
  return files.files(path).flatMap((name) => /^(.+)-decoder\.js$/.exec(name)?.[1] ?? [])
}

function readModel(files: SourceFiles, folder: string, stem: string): ImportedModel {
  const decoder = `${folder}/${stem}-decoder.js`
  const encoder = `${folder}/${stem}-encoder.js`
  const parts: ImportedCodec['parts'][number][] = [{ path: decoder, source: readSource(files, decoder), entries: ['decodeUplink'] }]
  if (files.text(encoder) !== null) parts.push({ path: encoder, source: readSource(files, encoder), entries: ['encodeDownlink'] })
  const { vectors, unread } = readReadme(files, `${folder}/README.md`)
  return {
    title: `Milesight ${stem.toUpperCase()}`,
    vendor: 'Milesight',
    codecs: [{ parts, convention: { signature: 'ts013', odd: false, port, normalizes: false }, firmware: [], vectors }],
    profile: null,
    euiPrefixes: ['24e124'],
    sources: [],
    unread,
    otherCodecs: [],
  }
}

/** In the fenced blocks: a comment of nothing but hexadecimal pairs, and the JSON object that follows. */
function readReadme(files: SourceFiles, path: string): { vectors: Vector[]; unread: ImportedModel['unread'] } {
  const vectors: Vector[] = []
  const unread: ImportedModel['unread'][number][] = []
  for (const [, block = ''] of (files.text(path) ?? '').matchAll(/^```\w*[ \t]*\r?\n([\s\S]*?)^```/gm)) {
    const lines = block.split(/\r?\n/)
    const starts = lines.flatMap((line, index) => (frameOf(line) === null ? [] : index))
    for (const [order, start] of starts.entries()) {
      const hex = frameOf(lines[start] ?? '') ?? ''
      const text = lines
        .slice(start + 1, starts[order + 1])
        .join('\n')
        .trim()
      const description = `README: ${hex}`
      if (!text.startsWith('{')) continue
      try {
        const data = parseJson5(text.replace(/\}[\s,]*$/, '}'), path)
        const read = readVectors([{ type: 'uplink', description, input: { fPort: port, bytes: hex }, output: { data } }])
        vectors.push(...read.vectors)
        unread.push(...read.unread)
      } catch (thrown) {
        unread.push({ description, error: OndineError.from(thrown) })
      }
    }
  }
  return { vectors, unread }
}

function frameOf(line: string): string | null {
  const [, said] = /^\s*\/\/([0-9A-Fa-f\s]+)$/.exec(line) ?? []
  const hex = said?.replace(/\s/g, '') ?? ''
  return hex.length >= 4 && hex.length % 2 === 0 ? hex : null
}
