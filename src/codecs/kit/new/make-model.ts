import { existsSync, readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { OndineError } from '../../../errors/ondine-error.ts'
import { families } from '../../../vocabulary/families.ts'
import { nearest } from '../hint.ts'
import { kitSchemas } from '../schemas.ts'
import { modelFiles } from './model-files.ts'

export interface Wish {
  /** `vendor/model` */
  slug: string
  family: string
  /** left out: made of the slug */
  title?: string
  /** folder of models, made if it is not there; device profiles go beside it */
  codecs: string
}

/** The folder of models that a folder is, or lies in: of a vendor, of a model, within a model; null: it lies in none. */
export function modelsAbove(folder: string): string | null {
  const path = resolve(folder)
  const model = modelAbove(path)
  if (model !== null) return resolve(model, '../..')
  if (subfolders(path).some(isModel)) return dirname(path)
  return subfolders(path).some((vendor) => subfolders(vendor).some(isModel)) ? path : null
}

/** The model whose folder this is, or lies within, if it is there already. */
function modelAbove(folder: string): string | null {
  if (isModel(folder)) return folder
  return dirname(folder) === folder ? null : modelAbove(dirname(folder))
}

function isModel(folder: string): boolean {
  return existsSync(join(folder, 'model.yaml')) && existsSync(join(folder, 'codec.js'))
}

function subfolders(folder: string): string[] {
  try {
    const inside = readdirSync(folder, { withFileTypes: true })
    return inside.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))
  } catch {
    return []
  }
}

/**
 * Makes the folder of a new model and its device profile, and gives the paths that were written. Nothing that is there is
 * touched. Throws `kit.bad-slug`, `kit.unknown-family`, `kit.inside-model`, `kit.exists`.
 */
export async function makeModel({ slug, family, title, codecs }: Wish): Promise<readonly string[]> {
  const [vendor = '', model = ''] = slugParts(slug)
  if (!families.has(family)) {
    throw new OndineError('kit.unknown-family', {
      family,
      near: nearest(family, families.keys()) ?? '',
      families: [...families.keys()].join(', '),
    })
  }
  const around = modelAbove(resolve(codecs))
  if (around !== null) {
    const wanted = resolve(around, '../..')
    throw new OndineError('kit.inside-model', { folder: resolve(codecs), model: relative(wanted, around), wanted })
  }
  const root = resolve(codecs, '..')
  const folder = join(resolve(codecs), vendor, model)
  const profile = join(root, 'device-profiles', vendor, `${model}.yaml`)
  for (const path of [folder, profile]) if (existsSync(path)) throw new OndineError('kit.exists', { path })
  const schemas = schemasFolder(root)
  const vendorName = title?.split(' ')[0] ?? capital(vendor)
  const files = modelFiles({
    ...{ vendor, model, family, vendorName, schemas: relative(folder, schemas.folder) },
    title: title ?? `${vendorName} ${model.split(/[-_]/).map(capital).join(' ')}`,
  })
  const written = [
    ...Object.entries(files.folder).map(([name, text]) => [join(folder, name), text] as const),
    [profile, files.profile] as const,
    ...(schemas.isThere ? [] : Object.entries(kitSchemas()).map(([name, text]) => [join(schemas.folder, name), text] as const)),
  ]
  for (const [file, text] of written) {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text, { flag: 'wx' })
  }
  return written.map(([file]) => file)
}

function slugParts(slug: string): readonly string[] {
  const parts = slug.split('/')
  if (parts.length === 2 && parts.every((part) => /^[a-z0-9][a-z0-9._-]*$/.test(part))) return parts
  throw new OndineError('kit.bad-slug', { slug })
}

/** In a clone of the program those of its documentation; elsewhere a folder beside the models. */
function schemasFolder(root: string): { folder: string; isThere: boolean } {
  const found = ['docs/schemas', 'schemas'].map((name) => join(root, name)).find((folder) => existsSync(join(folder, 'model.schema.json')))
  return { folder: found ?? join(root, 'schemas'), isThere: found !== undefined }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
