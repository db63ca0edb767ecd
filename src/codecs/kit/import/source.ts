import { OndineError } from '../../../errors/ondine-error.ts'
import type { SourceFiles } from './source-files.ts'

/** What the engine takes at most. */
const limit = 1_000_000

/** A codec's file. Throws `import.file-missing`, `import.codec-empty`, `import.codec-too-large` or `import.outside`. */
export function readSource(files: SourceFiles, file: string): string {
  const source = files.text(file)
  if (source === null) throw new OndineError('import.file-missing', { file })
  if (source.trim() === '') throw new OndineError('import.codec-empty', { file })
  if (source.length > limit) throw new OndineError('import.codec-too-large', { file, size: source.length, limit })
  return source
}
