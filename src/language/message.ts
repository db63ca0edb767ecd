export type Language = 'en' | 'fr'
export type MessageContext = Readonly<Record<string, string | number>>

/** Words for people in every language; a missing one does not compile. */
export interface Message<C extends MessageContext> {
  en: (context: C) => string
  fr: (context: C) => string
}

/** Declares a message that is made of facts: `message<{ asset: string }>({ en: (c) => …, fr: (c) => … })`. */
export function message<C extends MessageContext>(value: Message<C>): Message<C> {
  return value
}

/** A message that is always the same. */
export interface Words {
  en: string
  fr: string
}

/** The language of `--lang`, else of LC_ALL, LC_MESSAGES or LANG (POSIX order), else English. */
export function languageOf(given: string | undefined, environment: Readonly<Record<string, string | undefined>>): Language {
  const locale = [given, environment.LC_ALL, environment.LC_MESSAGES, environment.LANG].find((value) => value !== undefined && value !== '')
  return locale?.toLowerCase().startsWith('fr') === true ? 'fr' : 'en'
}
