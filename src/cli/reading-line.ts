import type { Reading } from '../api/contract/readings.ts'
import { withUnit } from '../api/contract/units.ts'
import type { Translator } from '../language/translator.ts'
import { clockTime } from './time.ts'

export function valuesText({ values, flags }: Reading): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${withUnit(name, value)}${flags[name] === undefined ? '' : ` (${flags[name]})`}`)
    .join('  ')
}

/** One reading on one line: when, whose, what, and how well it was heard. */
export function readingLine(words: Translator, reading: Reading): string {
  const { radio } = reading
  const heard = [
    words.text('reading.gateways', { count: radio.gateways }),
    radio.spreadingFactor === null ? '' : `SF${radio.spreadingFactor}`,
    radio.margin === null ? '' : words.text('reading.margin', { margin: radio.margin }),
  ]
  const what = `${clockTime(reading.time)}  ${reading.service.padEnd(10)}  ${reading.asset.padEnd(14)}  ${valuesText(reading).padEnd(40)}`
  return `${what}  ${heard.filter((part) => part !== '').join('  ')}`
}
