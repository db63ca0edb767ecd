import { parse, stringify, TomlError } from 'smol-toml'
import { OndineError } from '../errors/ondine-error.ts'

/** TOML 1.0 text as plain data; its dates stay objects of the library. Throws `file.malformed`. */
export function parseToml(text: string, file: string): unknown {
  try {
    return parse(text)
  } catch (thrown) {
    const line = thrown instanceof TomlError ? thrown.line : 1
    const [reason = ''] = thrown instanceof Error ? thrown.message.replace(/^Invalid TOML document: /, '').split('\n', 1) : [String(thrown)]
    throw new OndineError('file.malformed', { file, line, reason }, { cause: thrown })
  }
}

/** Plain data as TOML text; what is null or undefined is left out. */
export function toToml(value: Record<string, unknown>): string {
  return `${stringify(value)}\n`
}
