import { OndineError } from '../../errors/ondine-error.ts'
import type { Session } from '../session.ts'

/** `name=value`; numbers and yes or no as such: a pulse weight is not a text. Throws `cli.usage`. */
export function parameterOf(session: Session, pair: string): [string, string | number | boolean] {
  const separator = pair.indexOf('=')
  if (separator < 1) throw new OndineError('cli.usage', { reason: session.words.text('use.bad-pair', { text: pair }) })
  const [name, text] = [pair.slice(0, separator), pair.slice(separator + 1)]
  if (text === 'true' || text === 'false') return [name, text === 'true']
  return [name, text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text]
}
