import JSON5 from 'json5'
import { OndineError } from '../errors/ondine-error.ts'

/** JSON5 text (JSON with comments, single quotes, trailing commas, hexadecimal numbers) as plain data. Throws `file.malformed`. */
export function parseJson5(text: string, file: string): unknown {
  try {
    return JSON5.parse(text)
  } catch (thrown) {
    const [, reason, line] = thrown instanceof Error ? (/^JSON5: (.*) at (\d+):\d+$/.exec(thrown.message) ?? [null, thrown.message]) : []
    throw new OndineError('file.malformed', { file, line: Number(line ?? 1), reason: reason ?? String(thrown) }, { cause: thrown })
  }
}
