import { OndineError } from '../../errors/ondine-error.ts'

/** `name=value` words as an object; numbers, true and false where they look like it. Throws `kit.needs`. */
export function pairs(words: readonly string[] = []): Record<string, string | number | boolean> {
  return Object.fromEntries(Object.entries(textPairs(words)).map(([name, text]) => [name, plain(text)]))
}

export function textPairs(words: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=')
      if (at < 1) throw new OndineError('kit.needs', { what: `name=value (${word})`, example: 'level=40' })
      return [word.slice(0, at), word.slice(at + 1)]
    }),
  )
}

function plain(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}
