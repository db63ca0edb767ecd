import { readFileSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import type { z } from 'zod'
import { OndineError } from '../errors/ondine-error.ts'
import { parseYaml } from '../formats/yaml.ts'
import { type Example, examplesSchema, type Model, modelSchema, type Script } from './model.ts'
import { firstFault } from './schema-fault.ts'

const folderName = /^[a-z0-9][a-z0-9._-]*$/

/** A model folder that cannot be used, and why. */
export interface ModelProblem {
  model: string
  error: OndineError
}

/** What a reload found, slugs sorted. A model that was good stays as it was while its new files are broken. */
export interface ReloadReport {
  added: readonly string[]
  changed: readonly string[]
  removed: readonly string[]
  broken: readonly ModelProblem[]
}

/**
 * The models found in `<folder>/<vendor>/<model>/`. Folders are listed at start and read when a model is first asked
 * for, so that a thousand of them cost nothing; one that is broken is told once and stops no other.
 */
export class Registry {
  private readonly folders: readonly string[]
  private readonly logger: Logger
  private found = new Map<string, string>()
  private models = new Map<string, Model>()
  private broken = new Map<string, OndineError>()

  /** `folders`: later ones win where both have a model of the same slug. */
  constructor(options: { folders: readonly string[]; logger: Logger }) {
    this.folders = options.folders
    this.logger = options.logger
  }

  /** Finds the models. Rejects with `codec.file-unreadable`. */
  async start(): Promise<void> {
    this.found = await this.find()
  }

  /**
   * Takes up what changed on disk, all at once: whoever holds a model goes on with it, whoever asks gets the new one.
   * Rejects with `codec.file-unreadable`, and then nothing has changed.
   */
  async reload(): Promise<ReloadReport> {
    const found = await this.find()
    const models = new Map<string, Model>()
    const broken = new Map<string, OndineError>()
    await inTurns([...found], ([slug, folder]) => {
      const read = readModel(slug, folder)
      const before = this.models.get(slug)
      if (read instanceof OndineError) broken.set(slug, read)
      const model = read instanceof OndineError || isDeepStrictEqual(read, before) ? before : read
      if (model !== undefined) models.set(slug, model)
    })
    const before = this.models
    this.found = found
    this.models = models
    this.broken = broken
    for (const { model, error } of this.problems()) this.tell(model, error)
    return {
      added: [...models.keys()].filter((slug) => !before.has(slug)),
      changed: [...models].flatMap(([slug, model]) => (before.has(slug) && before.get(slug) !== model ? slug : [])),
      removed: [...before.keys()].filter((slug) => !models.has(slug)).sort(),
      broken: this.problems(),
    }
  }

  /** Slugs of all folders found, whether usable or not, sorted. */
  slugs(): readonly string[] {
    return [...this.found.keys()]
  }

  /** undefined: no such folder, or a broken one (see `problems`). */
  get(slug: string): Model | undefined {
    const folder = this.found.get(slug)
    if (folder === undefined || this.models.has(slug) || this.broken.has(slug)) return this.models.get(slug)
    const read = readModel(slug, folder)
    if (read instanceof OndineError) {
      this.broken.set(slug, read)
      this.tell(slug, read)
      return undefined
    }
    this.models.set(slug, read)
    return read
  }

  /** All usable models, sorted by slug. */
  list(): readonly Model[] {
    return this.slugs().flatMap((slug) => this.get(slug) ?? [])
  }

  /** The folder of a model's files; undefined: there is none. */
  folderOf(slug: string): string | undefined {
    return this.found.get(slug)
  }

  /** Throws `codec.unknown-model`, `codec.file-unreadable` or `codec.model-invalid`. */
  examples(slug: string): readonly Example[] {
    const folder = this.found.get(slug)
    if (folder === undefined) throw new OndineError('codec.unknown-model', { model: slug })
    const file = join(folder, 'examples.json')
    return valid(examplesSchema, parseJson(readText(file), file), file)
  }

  /** What is wrong with the folders read so far, sorted. */
  problems(): readonly ModelProblem[] {
    return [...this.broken].map(([model, error]) => ({ model, error })).sort((a, b) => (a.model < b.model ? -1 : 1))
  }

  /** Reads every folder, a few at a time so that nothing else waits, and gives the problems of all. */
  async check(): Promise<readonly ModelProblem[]> {
    await inTurns(this.slugs(), (slug) => this.get(slug))
    return this.problems()
  }

  private async find(): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    for (const folder of this.folders) {
      for (const vendor of await subfolders(folder)) {
        for (const model of await subfolders(join(folder, vendor))) found.set(`${vendor}/${model}`, join(folder, vendor, model))
      }
    }
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  private tell(model: string, { code, message }: OndineError): void {
    this.logger.error({ model, code, reason: message }, this.models.has(model) ? 'model not taken up' : 'model left out')
  }
}

/** Synchronous work that leaves room for others every 10 ms. */
async function inTurns<T>(items: readonly T[], work: (item: T) => void): Promise<void> {
  let turn = performance.now()
  for (const item of items) {
    work(item)
    if (performance.now() - turn < 10) continue
    await nextTurn()
    turn = performance.now()
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
    const named = entries.filter(({ name }) => folderName.test(name))
    return named
      .filter((entry) => entry.isDirectory() || (entry.isSymbolicLink() && leadsToFolder(join(folder, entry.name))))
      .map(({ name }) => name)
  } catch (thrown) {
    throw unreadable(folder, thrown)
  }
}

/** A link that leads nowhere, or to a file, is no model and no reason to stop. */
function leadsToFolder(link: string): boolean {
  return statSync(link, { throwIfNoEntry: false })?.isDirectory() === true
}

function unreadable(file: string, thrown: unknown): OndineError {
  const reason = isMissing(thrown) ? 'it is not there' : thrown instanceof Error ? thrown.message : String(thrown)
  return new OndineError('codec.file-unreadable', { file, reason }, { cause: thrown })
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'
}
