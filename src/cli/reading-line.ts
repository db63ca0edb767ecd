import type { Reading } from '../api/contract/readings.ts'
import { byInterest, isQuiet, withUnit } from '../api/contract/units.ts'
import type { Translator } from '../language/translator.ts'
import { clockTime, localTime } from './time.ts'

/** As many as fit beside the rest of a line; all of them are in `--json`. */
const fitting = 4

/** The values a person looks for first, `most` of them: what is measured and how things stand, not the alarms that are off. */
export function valuesText({ values, flags }: Reading, most = fitting): string {
  const telling = byInterest(values).filter((name) => !isQuiet(name, values[name]))
  const shown = telling.slice(0, most).map((name) => {
    const flag = flags[name]
    return `${name} ${withUnit(name, values[name] ?? '')}${flag === undefined ? '' : ` (${flag})`}`
  })
  const rest = telling.length - shown.length
  return [...shown, ...(rest > 0 ? [`+${rest}`] : [])].join('  ')
}

/** One reading on one line: when, whose, what, and how well it was heard. */
export function readingLine(words: Translator, reading: Reading): string {
  const { radio } = reading
  const heard = [
    words.text('reading.gateways', { count: radio.gateways }),
    radio.spreadingFactor === null ? '' : `SF${radio.spreadingFactor}`,
    radio.margin === null ? '' : words.text('reading.margin', { margin: radio.margin }),
  ]
  const what = `${timeOf(reading)}  ${reading.service.padEnd(10)}  ${reading.asset.padEnd(14)}  ${valuesText(reading).padEnd(40)}`
  return `${what}  ${heard.filter((part) => part !== '').join('  ')}`
}

/** The date too where a frame brings what was measured on another day. */
function timeOf({ time, receivedAt }: Reading): string {
  return localTime(time).slice(0, 10) === localTime(receivedAt).slice(0, 10) ? clockTime(time) : localTime(time).slice(0, 16)
}
