import { readdirSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { OndineError } from '../../../errors/ondine-error.ts'

/** The files of a catalogue, by paths from its root with `/` between their parts. What others wrote is not trusted. */
export interface SourceFiles {
  /** what the folder is called where it is */
  readonly name: string
  /** names of the folders in a folder, sorted; none where there is no such folder, or where it leads out of the catalogue */
  folders(path: string): readonly string[]
  /** names of the files in a folder, sorted */
  files(path: string): readonly string[]
  /** null: no such file. Throws `import.outside` and `import.file-too-large`. */
  text(path: string): string | null
}

/** Larger than any codec or list of vectors that people write. */
const sizeLimit = 8_000_000

/** `vendors` and `../x` → `x`. Throws `import.outside` for what leads above the root. */
export function within(...parts: readonly string[]): string {
  const asked = parts.join('/')
  const steps: string[] = []
  for (const step of asked.split(/[/\\]/)) {
    if (step === '' || step === '.') continue
    if (step === '..' && steps.pop() !== undefined) continue
    if (step === '..' || step.includes('\0')) throw new OndineError('import.outside', { path: asked.replaceAll('\0', '?') })
    steps.push(step)
  }
  return steps.join('/')
}

/** A file beside others, by its name alone: a name with folders in it is refused. Throws `import.outside`. */
export function beside(folder: string, name: string): string {
  if (!/^[^/\\\0]+$/.test(name) || /^\.+$/.test(name))
    throw new OndineError('import.outside', { path: `${folder}/${name}`.replaceAll('\0', '?') })
  return within(folder, name)
}

/** A folder on disk. Links are followed only where they stay in it. */
export class FolderFiles implements SourceFiles {
  readonly name: string
  private readonly root: string

  /** Throws `codec.file-unreadable`. */
  constructor(folder: string) {
    try {
      this.root = realpathSync(folder)
      readdirSync(this.root)
    } catch (thrown) {
      throw new OndineError('codec.file-unreadable', { file: folder, reason: OndineError.from(thrown).message }, { cause: thrown })
    }
    this.name = this.root.slice(this.root.lastIndexOf(sep) + 1)
  }

  folders(path: string): readonly string[] {
    return this.names(path, (target) => target.isDirectory())
  }

  files(path: string): readonly string[] {
    return this.names(path, (target) => target.isFile())
  }

  text(path: string): string | null {
    const real = this.real(path)
    if (real === null) return null
    const found = statSync(real)
    // A pipe would never come to its end.
    if (!found.isFile()) return null
    if (found.size > sizeLimit) throw new OndineError('import.file-too-large', { file: path, limit: sizeLimit })
    return readFileSync(real, 'utf8').replace(/^\ufeff/, '')
  }

  /** What cannot be read, or leads out, is not listed: one device more or less, and no end of the whole. */
  private names(path: string, wanted: (target: Stats) => boolean): readonly string[] {
    try {
      const folder = this.real(path)
      return folder === null
        ? []
        : readdirSync(folder)
            .filter((name) => this.is(wanted, `${path}/${name}`))
            .sort()
    } catch {
      return []
    }
  }

  private is(wanted: (target: Stats) => boolean, path: string): boolean {
    try {
      const real = this.real(path)
      return real !== null && wanted(statSync(real))
    } catch {
      return false
    }
  }

  /** null: there is none. Throws `import.outside`. */
  private real(path: string): string | null {
    let real: string
    try {
      real = realpathSync(join(this.root, within(path)))
    } catch (thrown) {
      if (thrown instanceof OndineError) throw thrown
      return null
    }
    if (real !== this.root && !real.startsWith(`${this.root}${sep}`)) throw new OndineError('import.outside', { path })
    return real
  }
}
