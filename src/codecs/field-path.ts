/** `[*]`, `[0]`, `[address=analog]`, `[source!=driver-not-found]`: which entries of a list a path goes through. */
const selector = String.raw`\*|\d+|\w+!?=[^\]]+`
const step = String.raw`[A-Za-z_]\w*(\[(${selector})\])?`

/** A path into a codec's data: `volume_m3`, `lamps[address=dali-broadcast].level_pct`, `consumption[*].power_W`. */
export const fieldPathPattern = new RegExp(String.raw`^${step}(\.${step})*$`)

type Selector = { kind: 'every' } | { kind: 'index'; index: number } | { kind: 'where'; key: string; value: string; holds: boolean } | null

interface Step {
  key: string
  selector: Selector
}

function parseSelector(text: string | undefined): Selector {
  if (text === undefined) return null
  if (text === '*') return { kind: 'every' }
  if (/^\d+$/.test(text)) return { kind: 'index', index: Number(text) }
  const [, key = '', sign, value = ''] = /^(\w+)(!?=)(.+)$/.exec(text) ?? []
  return { kind: 'where', key, value, holds: sign === '=' }
}

function parse(path: string): readonly Step[] {
  return [...path.matchAll(/([A-Za-z_]\w*)(?:\[([^\]]+)\])?/g)].map(([, key = '', inside]) => ({ key, selector: parseSelector(inside) }))
}

// The paths of a process are those of its models: few, and each is asked once per frame.
const parsed = new Map<string, readonly Step[]>()

function stepsOf(path: string): readonly Step[] {
  let steps = parsed.get(path)
  if (steps === undefined) {
    steps = parse(path)
    parsed.set(path, steps)
  }
  return steps
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}

function entries(value: unknown, wanted: Selector): readonly unknown[] {
  if (wanted === null) return [value]
  if (!Array.isArray(value)) return []
  if (wanted.kind === 'every') return value
  if (wanted.kind === 'index') return value.slice(wanted.index, wanted.index + 1)
  return value.filter((entry) => (text(property(entry, wanted.key)) === wanted.value) === wanted.holds)
}

/** Objects have no text here: one from a codec may break its own conversion. */
function text(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

/** What a path finds in a codec's data, in the order of the frame; absent and null values are not found. Never throws. */
export function select(data: unknown, path: string): readonly unknown[] {
  const steps = stepsOf(path)
  const [only] = steps
  if (steps.length === 1 && only?.selector === null) {
    const value = property(data, only.key)
    return value === undefined || value === null ? nothing : [value]
  }
  let found: readonly unknown[] = [data]
  for (const { key, selector: wanted } of steps) found = found.flatMap((value) => entries(property(value, key), wanted))
  return found.filter((value) => value !== undefined && value !== null)
}

const nothing: readonly unknown[] = []
