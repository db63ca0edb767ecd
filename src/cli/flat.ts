/** A tree as lines of `path  value`, as configuration keys are named in messages: `listen.port  8420`. */
export function flatLines(value: unknown, path: readonly string[] = []): string[] {
  if (Array.isArray(value)) return [`${path.join('.')}  ${value.length === 0 ? '[]' : value.map(String).join(', ')}`]
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [`${path.join('.')}  ${String(value)}`]
  return Object.entries(value).flatMap(([key, child]) => flatLines(child, [...path, key]))
}
