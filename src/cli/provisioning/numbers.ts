import type { WordsKey } from '../../language/translator.ts'
import type { Session } from '../session.ts'

/** `61,956` or `61 956`, as the reader writes it. */
export function number({ language }: Pick<Session, 'language'>, value: number): string {
  return value.toLocaleString(language === 'fr' ? 'fr-FR' : 'en-GB')
}

type Counted = Extract<WordsKey, `plan.${'tenant' | 'application' | 'profile' | 'gateway' | 'device' | 'installation' | 'rows'}`>

/** `3 devices`; more than one is told so in each language (French: none is singular too). */
export function counted(session: Session, what: Counted, count: number): string {
  const isOne = session.language === 'fr' ? count < 2 : count === 1
  return session.words.text(what, { count: number(session, count), isOne: isOne ? 1 : 0 })
}

/** `tours/water/first.csv:17` */
export function place({ file, line }: { file: string; line: number }): string {
  return `${file}:${line}`
}
