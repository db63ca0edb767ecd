import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { OndineError } from '../../../errors/ondine-error.ts'
import { parseYaml } from '../../../formats/yaml.ts'
import type { ModelFiles } from './model-files.ts'
import { fieldsOf } from './read-value.ts'

/** Writes imported models into a folder of models, and their device profiles into the folder `device-profiles` beside it. */
export class ModelWriter {
  readonly folder: string
  private readonly profiles: string
  private readonly replace: boolean

  constructor(options: { folder: string; replace: boolean }) {
    this.folder = options.folder
    this.profiles = join(dirname(options.folder), 'device-profiles')
    this.replace = options.replace
  }

  /** Rejects with `import.exists` or `import.not-imported`, where a model of that slug must stay as it is. */
  async permit(slug: string): Promise<void> {
    const folder = join(this.folder, slug)
    if (!(await isThere(folder))) return
    if (!(await isImported(folder))) throw new OndineError('import.not-imported', { model: slug })
    if (!this.replace) throw new OndineError('import.exists', { model: slug })
  }

  /** The folder is there as a whole or not at all. Rejects with `import.profile-exists`, and with what the file system says. */
  async write({ slug, files, profile }: Pick<ModelFiles, 'slug' | 'files' | 'profile'>, readme: string): Promise<void> {
    const folder = join(this.folder, slug)
    const profileFile = join(this.profiles, `${slug}.yaml`)
    // Folders of models beside each other share their device profiles: this one may belong to a model of another folder.
    if (profile !== null && !(await isThere(folder)) && (await isThere(profileFile))) {
      throw new OndineError('import.profile-exists', { file: profileFile })
    }
    // The registry takes no folder whose name begins with a dot.
    const coming = join(dirname(folder), `.importing-${process.pid}`)
    try {
      await mkdir(coming, { recursive: true })
      for (const [name, text] of [...files, ['README.md', readme] as const]) await writeFile(join(coming, name), text)
      await rm(folder, { recursive: true, force: true })
      await rename(coming, folder)
    } finally {
      await rm(coming, { recursive: true, force: true })
    }
    if (profile === null) return
    await mkdir(dirname(profileFile), { recursive: true })
    await writeFile(profileFile, profile)
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null
}

async function isImported(folder: string): Promise<boolean> {
  try {
    return fieldsOf(parseYaml(await readFile(join(folder, 'model.yaml'), 'utf8'), 'model.yaml')).origin !== undefined
  } catch {
    return false
  }
}
