import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { pino } from 'pino'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Example, Model } from '../model.ts'
import { Registry } from '../registry.ts'
import { shippedCodecs } from '../shipped.ts'

/** Where the kit works: one folder of models, and the device profiles beside it. */
export interface ModelFolders {
  codecs: string
  profiles: string
  /** the models that were asked for, `vendor/model` */
  slugs: readonly string[]
  registry: Registry
}

/**
 * Finds what a path of the command line means: `vendor/model` or `vendor` in the folder of models, or a folder on disk (of a
 * model, a vendor, or of models); without a path, all. The folder of models is `--codecs`, else ./codecs if it is there, else
 * the shipped ones. Throws `kit.no-model-there` and `codec.file-unreadable`.
 */
export async function findModels(path: string | undefined, codecs: string | undefined): Promise<ModelFolders> {
  const chosen = codecsFolder(codecs)
  if (path === undefined) return open(chosen, () => true, path)
  const name = path.replace(/\/+$/, '')
  if (isFolder(join(chosen, name)) && !name.startsWith('.')) return open(chosen, within(name), path)
  const folder = resolve(name)
  if (!isFolder(folder)) throw new OndineError('kit.no-model-there', { path, folder: chosen })
  if (isModel(folder)) return open(dirname(dirname(folder)), within(`${basename(dirname(folder))}/${basename(folder)}`), path)
  const whole = await open(folder, () => true, null)
  return whole.slugs.length > 0 ? whole : open(dirname(folder), within(basename(folder)), path)
}

/** `--codecs`, else ./codecs if it is there, else the models that come with the program. */
export function codecsFolder(given: string | undefined): string {
  if (given !== undefined) return resolve(given)
  return isFolder('codecs') ? resolve('codecs') : shippedCodecs
}

/** null: no refusal where nothing is found */
async function open(codecs: string, wanted: (slug: string) => boolean, asked: string | undefined | null): Promise<ModelFolders> {
  const registry = new Registry({ folders: [codecs], logger: pino({ level: 'silent' }) })
  await registry.start()
  const slugs = registry.slugs().filter(wanted)
  if (slugs.length === 0 && asked !== null) throw new OndineError('kit.no-model-there', { path: asked ?? 'vendor/model', folder: codecs })
  return { codecs, profiles: join(dirname(codecs), 'device-profiles'), slugs, registry }
}

/** A model of the registry. Throws what is wrong with it. */
export function modelOf(registry: Registry, slug: string): Model {
  const model = registry.get(slug)
  if (model !== undefined) return model
  throw registry.problems().find((problem) => problem.model === slug)?.error ?? new OndineError('codec.unknown-model', { model: slug })
}

/** Model and examples of a folder, or what is wrong with them. */
export function readModel(registry: Registry, slug: string): { model: Model; examples: readonly Example[] } | OndineError {
  try {
    return { model: modelOf(registry, slug), examples: registry.examples(slug) }
  } catch (thrown) {
    return OndineError.from(thrown)
  }
}

function within(name: string): (slug: string) => boolean {
  return (slug) => slug === name || slug.startsWith(`${name}/`)
}

function isModel(folder: string): boolean {
  return existsSync(join(folder, 'model.yaml')) || existsSync(join(folder, 'codec.js'))
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
