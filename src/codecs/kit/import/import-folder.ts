import { OndineError } from '../../../errors/ondine-error.ts'
import type { CodecRunner } from '../../codec-runner.ts'
import type { Difference } from '../check-example.ts'
import { runExamples } from '../run-examples.ts'
import { actilityLayout } from './actility.ts'
import { chirpstackLayout } from './chirpstack.ts'
import { type Entry, type Layout, type LayoutName, layoutNames } from './layout.ts'
import { licenceOf, licenceOfAll } from './licence.ts'
import { milesightLayout } from './milesight.ts'
import { type ModelFiles, modelFiles, withReadings } from './model-files.ts'
import type { ModelWriter } from './model-writer.ts'
import { sourceOf } from './origin.ts'
import { readmeOf } from './readme.ts'
import { slugOf } from './slug.ts'
import type { SourceFiles } from './source-files.ts'
import { ttnLayout } from './ttn.ts'
import { wattecoLayout } from './watteco.ts'

/** What became of one device of a catalogue. */
export interface ImportRow {
  model: string
  /** in the catalogue */
  path: string
  licence: string
  /** null: it is imported (of a dry run: it would be) */
  refused: OndineError | null
  /** that are examples now */
  vectors: number
  passed: number
  failed: readonly { description: string; reason: string }[]
  notTaken: readonly { description: string; error: OndineError }[]
  measures: number
  notMapped: readonly string[]
  /** whether a device profile for EU868 is there as well */
  profile: boolean
}

const layouts: readonly Layout[] = [chirpstackLayout, ttnLayout, actilityLayout, wattecoLayout, milesightLayout]

/** Throws `import.unknown-layout`. */
export function layoutOf(files: SourceFiles, asked: LayoutName | undefined): Layout {
  const found = layouts.find((layout) => (asked === undefined ? layout.recognises(files) : layout.name === asked))
  if (found === undefined) throw new OndineError('import.unknown-layout', { folder: files.name, layouts: layoutNames.join(', ') })
  return found
}

/** The devices of a catalogue that are asked for: `vendor` or `vendor/model`, as its folders or as ours are called. Throws `import.no-device`. */
export function entriesOf(files: SourceFiles, layout: Layout, only: string | undefined): readonly (Entry & { slug: string })[] {
  const slugs = new Set<string>()
  const named = layout.entries(files).map((entry) => {
    const plain = `${slugOf(entry.vendor)}/${slugOf(entry.model)}`
    // Two names may become one: the second gets a number.
    let slug = plain
    for (let number = 2; slugs.has(slug); number += 1) slug = `${plain}-${number}`
    slugs.add(slug)
    return { ...entry, slug }
  })
  if (only === undefined) return named
  const found = named.filter(({ vendor, model, slug }) =>
    [vendor, `${vendor}/${model}`, slug, slug.slice(0, slug.indexOf('/'))].includes(only),
  )
  if (found.length === 0) throw new OndineError('import.no-device', { folder: files.name, only })
  return found
}

interface Options {
  files: SourceFiles
  entries: readonly (Entry & { slug: string })[]
  runner: CodecRunner
  /** null: nothing is written */
  writer: ModelWriter | null
  /** where the catalogue comes from; left out: what its folder tells */
  source?: string
  onRow: (row: ImportRow) => void
  /** a device that is begun is finished */
  signal: AbortSignal
}

/** Takes over device after device; one that cannot be stops no other. Rejects only with `codec.engine-stopped`. */
export async function importEntries({ files, entries, runner, writer, source, onRow, signal }: Options): Promise<readonly ImportRow[]> {
  const rows: ImportRow[] = []
  const from = source ?? sourceOf(files)
  for (const entry of entries) {
    if (signal.aborted) break
    const row = await importOne({ files, runner, writer, from }, entry)
    rows.push(row)
    onRow(row)
  }
  return rows
}

async function importOne(
  { files, runner, writer, from }: { files: SourceFiles; runner: CodecRunner; writer: ModelWriter | null; from: string },
  entry: Entry & { slug: string },
): Promise<ImportRow> {
  const { slug, path } = entry
  const nothing = { vectors: 0, passed: 0, failed: [], notTaken: [], measures: 0, notMapped: [], profile: false }
  let licence = ''
  let made: ModelFiles
  try {
    licence = licenceOf(files, path)
    await writer?.permit(slug)
    const read = entry.read()
    licence = licenceOfAll(files, [path, ...read.codecs.flatMap(({ parts }) => parts.map((part) => part.path))])
    made = modelFiles(slug, read, { source: from, licence, path })
  } catch (thrown) {
    return { model: slug, path, licence, refused: OndineError.from(thrown), ...nothing }
  }
  const outcomes = await runExamples(runner, made.model, made.examples)
  const failed = outcomes.flatMap(({ example: { description }, differences }) => {
    // Which readings an example becomes is not said by its vector: that is written down from what came.
    const first = differences.find(({ part }) => part !== 'normalized')
    return first === undefined ? [] : [{ description, reason: reasonOf(first) }]
  })
  const row = {
    ...{ model: slug, path, licence, vectors: outcomes.length, passed: outcomes.length - failed.length, failed },
    ...{ notTaken: made.notTaken, measures: made.model.measures.length, notMapped: made.notMapped, profile: made.profile !== null },
  }
  try {
    await writer?.write(withReadings(made, outcomes), readmeOf(made, failed))
    return { ...row, refused: null }
  } catch (thrown) {
    return { ...row, refused: OndineError.from(thrown) }
  }
}

/** The first difference, in one line. */
function reasonOf({ path, expected, got }: Difference): string {
  const text = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 120))
  return `${path === '' ? '' : `${path}: `}expected ${text(expected)}, got ${text(got)}`
}
