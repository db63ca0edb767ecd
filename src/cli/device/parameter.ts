import { OndineError } from '../../errors/ondine-error.ts'
import { readScalar } from '../../provisioning/territory/cells.ts'
import { decimal } from '../options.ts'
import type { Session } from '../session.ts'

/** `name=value`, read as in a table: numbers and yes or no as such, `2,1` too; a pulse weight is not a text. Throws `cli.usage`. */
export function parameterOf(session: Session, pair: string): [string, string | number | boolean] {
  const separator = pair.indexOf('=')
  if (separator < 1) throw new OndineError('cli.usage', { reason: session.words.text('use.bad-pair', { text: pair }) })
  const [name, text] = [pair.slice(0, separator).trim(), pair.slice(separator + 1).trim()]
  const value = readScalar(text)
  if (typeof value === 'number') return [name, numberOf(session, name, text)]
  // Zeros in front are part of a code; 1e3 is no table's number, and one all the same.
  const number = text === '' || /^[+-]?0\d/.test(text) ? Number.NaN : Number(text)
  return [name, typeof value === 'string' && Number.isFinite(number) ? number : value]
}

function numberOf(session: Session, name: string, text: string): number {
  try {
    return decimal(session)(text)
  } catch {
    const choices = [text.replace(',', ''), text.replace(',', '.')].join(', ')
    throw new OndineError('cli.usage', { reason: session.words.text('use.invalid-choice', { what: name, value: text, choices }) })
  }
}
