import { existsSync, readFileSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { Script as ParsedScript } from 'node:vm'
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

/** What speaks against taking up models that changed, by their slugs; each comes with its new examples. What it rejects with stops the reload. */
export type Trial = (changed: readonly { model: Model; examples: readonly Example[] }[]) => Promise<ReadonlyMap<string, OndineError>>

/** Readies what goes with models that are to be taken up, and gives what takes it up together with them. What it rejects with stops the reload. */
export type Preparation = (next: Pick<Registry, 'get' | 'list' | 'folderOf'>) => Promise<() => void>

/**
 * The models found in `<folder>/<vendor>/<model>/`. Folders are listed at start and read when a model is first asked
 * for, so that a thousand of them cost nothing; one that is broken is told once and stops no other.
 */
export class Registry {
  private readonly folders: readonly string[]
  private readonly parsed: boolean
  private readonly logger: Logger
  private found = new Map<string, string>()
  private replaced = new Map<string, readonly string[]>()
  private models = new Map<string, Model>()
  private broken = new Map<string, OndineError>()

  /**
   * `folders`: later ones win where both have a model of the same slug. `parsed`: scripts that are no JavaScript make a model
   * unusable, as a server wants it; without it they are for whoever mends them to look at.
   */
  constructor(options: { folders: readonly string[]; logger: Logger; parsed?: boolean }) {
    this.folders = options.folders
    this.parsed = options.parsed ?? false
    this.logger = options.logger
  }

  /** Finds the models. Rejects with `codec.file-unreadable`. */
  async start(): Promise<void> {
    this.takeUp(await this.find())
  }

  /**
   * Takes up what changed on disk, all at once: whoever holds a model goes on with it, whoever asks gets the new one. `trial` is
   * asked of those that would take the place of another; `prepare` of all. Rejects with `codec.file-unreadable`, and then nothing has
   * changed.
   */
  async reload(trial: Trial = async () => new Map(), prepare: Preparation = async () => () => {}): Promise<ReloadReport> {
    const found = await this.find()
    const models = new Map<string, Model>()
    const broken = new Map<string, OndineError>()
    const before = this.models
    const changed: { model: Model; examples: readonly Example[] }[] = []
    await inTurns([...found], ([slug, [folder = '']]) => {
      const old = before.get(slug)
      const read = readChanged(slug, folder, this.parsed, old)
      if (read instanceof OndineError) broken.set(slug, read)
      const model = read instanceof OndineError || isDeepStrictEqual(read.model, old) ? old : read.model
      if (model !== undefined) models.set(slug, model)
      if (!(read instanceof OndineError) && old !== undefined && model !== old) changed.push(read)
    })
    for (const [slug, error] of changed.length === 0 ? [] : await trial(changed)) {
      const old = before.get(slug)
      broken.set(slug, error)
      if (old !== undefined) models.set(slug, old)
    }
    const takeUpWhatGoesWithThem = await prepare({
      get: (slug) => models.get(slug),
      list: () => [...models.values()],
      folderOf: (slug) => found.get(slug)?.[0],
    })
    takeUpWhatGoesWithThem()
    this.takeUp(found)
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
    const read = readModel(slug, folder, this.parsed)
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

  /** The model's folders that this one stands in the place of, the nearest first; mostly none. */
  replacedFolders(slug: string): readonly string[] {
    return this.replaced.get(slug) ?? []
  }

  /** Throws `codec.unknown-model`, `codec.file-unreadable` or `codec.model-invalid`. */
  examples(slug: string): readonly Example[] {
    const folder = this.found.get(slug)
    if (folder === undefined) throw new OndineError('codec.unknown-model', { model: slug })
    return readExamples(join(folder, 'examples.json'))
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

  private async find(): Promise<Found> {
    const folders = new Map<string, readonly string[]>()
    for (const root of this.folders) {
      for (const vendor of await subfolders(root)) {
        for (const model of await subfolders(join(root, vendor))) {
          const slug = `${vendor}/${model}`
          folders.set(slug, [join(root, vendor, model), ...(folders.get(slug) ?? [])])
        }
      }
    }
    return new Map([...folders].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  private takeUp(found: Found): void {
    const before = this.replaced
    this.found = new Map([...found].map(([slug, [folder = '']]) => [slug, folder]))
    this.replaced = new Map([...found].flatMap(([slug, [, ...others]]) => (others.length === 0 ? [] : [[slug, others]])))
    for (const [model, replaces] of this.replaced) {
      if (isDeepStrictEqual(before.get(model), replaces)) continue
      this.logger.warn({ model, folder: this.found.get(model), replaces }, 'model takes the place of another of the same name')
    }
  }

  private tell(model: string, { code, message }: OndineError): void {
    this.logger.error({ model, code, reason: message }, this.models.has(model) ? 'model not taken up' : 'model left out')
  }
}

/** The folders of each model, the one that counts first. */
type Found = ReadonlyMap<string, readonly string[]>

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

function readModel(slug: string, folder: string, parsed: boolean): Model | OndineError {
  try {
    const file = join(folder, 'model.yaml')
    const definition = valid(modelSchema, parseYaml(readText(file), file), file)
    const script = (name: string): Script => ({ model: slug, file: name, source: readScript(join(folder, name), parsed) })
    const variantCodecs = new Map(Object.entries(definition.variants).map(([name, { codec }]) => [name, script(codec)]))
    const codec = variantCodecs.get(definition.defaultVariant ?? '') ?? script('codec.js')
    const simulate = existsSync(join(folder, 'simulate.js')) ? script('simulate.js') : null
    return { ...definition, slug, codec, variantCodecs, simulate }
  } catch (thrown) {
    return OndineError.from(thrown)
  }
}

/** A model as it is on disk, and its examples where it would take the place of an old one: without the file there are none to try. */
function readChanged(
  slug: string,
  folder: string,
  parsed: boolean,
  old: Model | undefined,
): { model: Model; examples: readonly Example[] } | OndineError {
  const model = readModel(slug, folder, parsed)
  const file = join(folder, 'examples.json')
  if (model instanceof OndineError) return model
  if (old === undefined || !existsSync(file) || isDeepStrictEqual(model, old)) return { model, examples: [] }
  try {
    return { model, examples: readExamples(file) }
  } catch (thrown) {
    return OndineError.from(thrown)
  }
}

function readExamples(file: string): readonly Example[] {
  return valid(examplesSchema, parseJson(readText(file), file), file)
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

/** `parsed`, not run: one that is no JavaScript would refuse every frame of its devices. */
function readScript(file: string, parsed: boolean): string {
  const source = readText(file)
  if (!parsed) return source
  try {
    new ParsedScript(source, { filename: file })
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    const [, line] = /:(\d+)\n/.exec(thrown instanceof Error ? (thrown.stack ?? '') : '') ?? []
    throw new OndineError(
      'codec.model-invalid',
      { file, path: line === undefined ? 'the file' : `line ${line}`, reason },
      { cause: thrown },
    )
  }
  return source
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
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
