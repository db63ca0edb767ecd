import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { z } from 'zod'
import { OndineError } from '../errors/ondine-error.ts'
import { parseYaml } from '../formats/yaml.ts'
import { type Example, examplesSchema, type Model, modelSchema, type Script } from './model.ts'
import { firstFault } from './schema-fault.ts'

const folderName = /^[a-z0-9][a-z0-9._-]*$/

/** A model folder that cannot be used, and why. */
interface ModelProblem {
  model: string
  error: OndineError
}

/**
 * The models found in `<folder>/<vendor>/<model>/`. Folders are listed at start and read when a model is first asked
 * for, so that a thousand of them cost nothing; one that is broken is told once and stops no other.
 */
export class Registry {
  private readonly folders: readonly string[]
  private readonly logger: Logger
  private found = new Map<string, string>()
  private read = new Map<string, Model | OndineError>()

  /** `folders`: later ones win where both have a model of the same slug. */
  constructor(options: { folders: readonly string[]; logger: Logger }) {
    this.folders = options.folders
    this.logger = options.logger
  }

  /** Finds the models; again, to take up what changed on disk since: models come from the new files from then on. Rejects with `codec.file-unreadable`. */
  async start(): Promise<void> {
    const found = new Map<string, string>()
    for (const folder of this.folders) {
      for (const vendor of await subfolders(folder)) {
        for (const model of await subfolders(join(folder, vendor))) found.set(`${vendor}/${model}`, join(folder, vendor, model))
      }
    }
    this.found = new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
    this.read = new Map()
  }

  /** Slugs of all folders found, whether usable or not, sorted. */
  slugs(): readonly string[] {
    return [...this.found.keys()]
  }

  /** undefined: no such folder, or a broken one (see `problems`). */
  get(slug: string): Model | undefined {
    const known = this.read.get(slug) ?? this.load(slug)
    return known instanceof OndineError ? undefined : known
  }

  /** All usable models, sorted by slug. */
  list(): readonly Model[] {
    return this.slugs().flatMap((slug) => this.get(slug) ?? [])
  }

  /** Throws `codec.unknown-model`, `codec.file-unreadable` or `codec.model-invalid`. */
  examples(slug: string): readonly Example[] {
    const folder = this.found.get(slug)
    if (folder === undefined) throw new OndineError('codec.unknown-model', { model: slug })
    const file = join(folder, 'examples.json')
    return valid(examplesSchema, parseJson(readText(file), file), file)
  }

  /** What is wrong with the folders read so far. */
  problems(): readonly ModelProblem[] {
    return [...this.read].flatMap(([model, read]) => (read instanceof OndineError ? { model, error: read } : []))
  }

  /** Reads every folder, a few at a time so that nothing else waits, and gives the problems of all. */
  async check(): Promise<readonly ModelProblem[]> {
    let turn = performance.now()
    for (const slug of this.slugs()) {
      this.get(slug)
      if (performance.now() - turn < 10) continue
      await nextTurn()
      turn = performance.now()
    }
    return this.problems()
  }

  private load(slug: string): Model | OndineError | undefined {
    const folder = this.found.get(slug)
    if (folder === undefined) return undefined
    const loaded = readModel(slug, folder)
    this.read.set(slug, loaded)
    if (loaded instanceof OndineError) this.logger.error({ model: slug, code: loaded.code, reason: loaded.message }, 'model left out')
    return loaded
  }
}

function readModel(slug: string, folder: string): Model | OndineError {
  try {
    const file = join(folder, 'model.yaml')
    const definition = valid(modelSchema, parseYaml(readText(file), file), file)
    const script = (name: string): Script => ({ model: slug, file: name, source: readText(join(folder, name)) })
    const variantCodecs = new Map(Object.entries(definition.variants).map(([name, { codec }]) => [name, script(codec)]))
    const codec = variantCodecs.get(definition.defaultVariant ?? '') ?? script('codec.js')
    const simulator = readText(join(folder, 'simulate.js'), null)
    const simulate = simulator === null ? null : { model: slug, file: 'simulate.js', source: simulator }
    return { ...definition, slug, codec, variantCodecs, simulate }
  } catch (thrown) {
    return OndineError.from(thrown)
  }
}

function valid<S extends z.ZodType>(schema: S, value: unknown, file: string): z.infer<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new OndineError('codec.model-invalid', { file, ...firstFault(result.error) }, { cause: result.error })
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw new OndineError('codec.model-invalid', { file, path: 'the file', reason }, { cause: thrown })
  }
}

/** `missing`, when given, is what a file that is not there stands for. */
function readText(file: string): string
function readText(file: string, missing: null): string | null
function readText(file: string, missing?: null): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    if (missing === null && isMissing(thrown)) return null
    throw unreadable(file, thrown)
  }
}

async function subfolders(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter((entry) => folderName.test(entry.name) && (entry.isDirectory() || entry.isSymbolicLink())).map(({ name }) => name)
  } catch (thrown) {
    throw unreadable(folder, thrown)
  }
}

function unreadable(file: string, thrown: unknown): OndineError {
  const reason = isMissing(thrown) ? 'it is not there' : thrown instanceof Error ? thrown.message : String(thrown)
  return new OndineError('codec.file-unreadable', { file, reason }, { cause: thrown })
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'
}
