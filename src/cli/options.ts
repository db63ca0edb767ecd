import { type Command, InvalidArgumentError } from 'commander'
import { readNumber } from '../provisioning/territory/cells.ts'
import type { Session } from './session.ts'

export interface PageOptions {
  limit?: number
  cursor?: string
}

export function withPages(command: Command, { words }: Session): Command {
  return command
    .option('--limit <count>', words.text('help.opt-limit'), toNumber)
    .option('--cursor <cursor>', words.text('help.opt-cursor'))
}

export function withExamples(command: Command, { words }: Session, examples: readonly string[]): Command {
  return command.addHelpText('after', () => `\n${words.text('help.examples')}\n${examples.map((line) => `  ${line}`).join('\n')}`)
}

/** Throws what the parser reports as a wrong value of its option or argument. */
export function toNumber(text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('')
  return number
}

/**
 * An index or another measured number as it is written by hand: `320.5`, `320,5`, `1 234,5`. What an English reader may mean as a
 * thousand and a French one as one and a bit is asked for again.
 */
export function decimal({ language }: Pick<Session, 'language'>): (text: string) => number {
  return (text) => {
    const plain = text.trim()
    if (language === 'en' && /^[+-]?\d{1,3},\d{3}$/.test(plain)) {
      throw new InvalidArgumentError(`${allowed}${plain.replace(',', '')}, ${plain.replace(',', '.')}.`)
    }
    const read = readNumber(plain)
    return 'value' in read ? read.value : toNumber(plain)
  }
}

/** A count as it is shown to people: `61956`, `61,956`, `61 956`. */
export function toCount(text: string): number {
  return toNumber(/^\d{1,3}([,.'’\s]\d{3})+$/.test(text.trim()) ? text.replace(/\D/g, '') : text)
}

/** Stands before the values in what the parser reports, so that `usage` finds them. */
export const allowed = 'Allowed: '

export function oneOf<T extends string>(...values: readonly T[]): (text: string) => T {
  return (text) => {
    const found = values.find((value) => value === text)
    if (found === undefined) throw new InvalidArgumentError(`${allowed}${values.join(', ')}.`)
    return found
  }
}

export function collect(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text]
}

/** Without what was not given: an option left out is not an option of undefined. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  // Object.fromEntries forgets which keys it was given; they are those of `values`.
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
