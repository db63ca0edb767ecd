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
    if ((await stat(folder).catch(() => null)) === null) return
    if (!(await isImported(folder))) throw new OndineError('import.not-imported', { model: slug })
    if (!this.replace) throw new OndineError('import.exists', { model: slug })
  }

  /** The folder is there as a whole or not at all. */
  async write({ slug, files, profile }: ModelFiles, readme: string): Promise<void> {
    const folder = join(this.folder, slug)
    // The registry takes no folder whose name begins with a dot.
    const coming = join(dirname(folder), `.importing-${process.pid}`)
    await rm(coming, { recursive: true, force: true })
    await mkdir(coming, { recursive: true })
    for (const [name, text] of [...files, ['README.md', readme] as const]) await writeFile(join(coming, name), text)
    await rm(folder, { recursive: true, force: true })
    await rename(coming, folder)
    const file = join(this.profiles, `${slug}.yaml`)
    if (profile === null) return
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, profile)
  }
}

async function isImported(folder: string): Promise<boolean> {
  try {
    return fieldsOf(parseYaml(await readFile(join(folder, 'model.yaml'), 'utf8'), 'model.yaml')).origin !== undefined
  } catch {
    return false
  }
}
