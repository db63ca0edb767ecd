import { parseDocument, stringify } from 'yaml'
import { OndineError } from '../errors/ondine-error.ts'

/**
 * YAML 1.2 text as plain data. Anchors that multiply (a "billion laughs") and duplicate keys are refused.
 * With `merge`, YAML 1.1's `<<` is read as well. Throws `file.malformed` with the first problem and its line.
 */
export function parseYaml(text: string, file: string, { merge = false } = {}): unknown {
  const document = parseDocument(text, { uniqueKeys: true, strict: true, merge })
  const [problem] = document.errors
  if (problem !== undefined) {
    throw new OndineError(
      'file.malformed',
      { file, line: problem.linePos?.[0].line ?? 0, reason: firstLine(problem.message) },
      { cause: problem },
    )
  }
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (thrown) {
    const reason = thrown instanceof Error ? firstLine(thrown.message) : String(thrown)
    throw new OndineError('file.malformed', { file, line: 1, reason }, { cause: thrown })
  }
}

/** Plain data as YAML text that `parseYaml` reads back. */
export function toYaml(value: unknown): string {
  return stringify(value, { lineWidth: 140, aliasDuplicateObjects: false })
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.replace(/:$/, '') ?? text
}
