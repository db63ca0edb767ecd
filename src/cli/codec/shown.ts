import { styleText } from 'node:util'
import type { Difference } from '../../codecs/kit/check-example.ts'
import type { Hint } from '../../codecs/kit/hint.ts'
import type { Translator } from '../../language/translator.ts'
import type { Session } from '../session.ts'

type Format = Parameters<typeof styleText>[0]

/** A text in a colour, for people who look at a terminal. */
export function coloured(session: Session, format: Format, text: string): string {
  return session.colour ? styleText(format, text, { validateStream: false }) : text
}

/** ✓ and ✗, and ! for what is not wrong but should be looked at. */
export function mark(session: Session, state: 'good' | 'bad' | 'doubtful'): string {
  const marks = { good: ['green', '✓'], bad: ['red', '✗'], doubtful: ['yellow', '!'] } as const
  const [format, sign] = marks[state]
  return coloured(session, format, sign)
}

const signs: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ '/': '', '/100': '%', '%EL': '%', '%RH': '%', pct: '%', pctRH: '%', Cel: '°C', degF: '°F', deg: '°', lat: '°', lon: '°' },
    ...{ m3: 'm³', 'm3/s': 'm³/s', m3ps: 'm³/s', m3ph: 'm³/h', Lph: 'L/h', Lps: 'L/s', Lpmin: 'L/min', 'W/m2': 'W/m²', Wpm2: 'W/m²' },
    ...{ 'ug/m3': 'µg/m³', ugpm3: 'µg/m³', mgpm3: 'mg/m³', um: 'µm', uT: 'µT', uSpcm: 'µS/cm', kmph: 'km/h', mps: 'm/s', mmph: 'mm/h' },
    ...{ count: '', index: '', '1/cm3': '/cm³', pcm3: '/cm³' },
  }),
)

/** A unit as people write it: SenML's, or the one behind the `_` of a codec's key. */
export function unitSign(unit: string | null): string {
  return unit === null ? '' : (signs.get(unit) ?? unit)
}

/** A value of an example with its unit. */
export function valueText(words: Translator, value: unknown, unit: string | null): string {
  if (value === undefined) return words.text('codec.nothing')
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const sign = typeof value === 'number' ? unitSign(unit) : ''
  return sign === '' ? text : `${text} ${sign}`
}

/** of one example: a whole history that is wrong is wrong for one reason */
const most = 8

/** What differs in one example, aligned: where, what was expected, what came, and why perhaps. */
export function differenceLines(session: Session, differences: readonly Difference[]): string[] {
  const { words } = session
  const rest = differences.length - most
  const rows = differences.slice(0, most).map((difference) => {
    const { part, path, expected, got, unit, hint } = difference
    const where = part === 'errors' ? words.text('codec.part-errors') : path || words.text(`codec.part-${part}`)
    return [
      where.replace(/^main\./, ''),
      words.text('codec.expected', { value: valueText(words, expected, unit) }),
      words.text('codec.got', { value: valueText(words, got, unit) }),
      hint === null ? '' : hintText(words, hint),
    ] as const
  })
  const wide = ([0, 1, 2] as const).map((column) => Math.min(40, Math.max(...rows.map((row) => row[column].length))))
  const lines = rows.map(([where, expected, got, hint]) => {
    const [a, b, c] = [where.padEnd(wide[0] ?? 0), expected.padEnd(wide[1] ?? 0), got.padEnd(wide[2] ?? 0)]
    return `    ${a}  ${b}  ${c}  ${coloured(session, 'yellow', hint)}`.trimEnd()
  })
  return rest > 0 ? [...lines, `    ${words.text('codec.more', { count: rest })}`] : lines
}

function hintText(words: Translator, { code, context }: Hint): string {
  const units = 'from' in context ? { ...context, from: unitSign(context.from), to: unitSign(context.to) } : context
  return words.kit(`hint.${code}`, units)
}
