import { cliWords } from './catalogue/cli.ts'
import { codecWords } from './catalogue/codec.ts'
import { codecHelpWords } from './catalogue/codec-help.ts'
import { codecImportWords } from './catalogue/codec-import.ts'
import { deliveryWords } from './catalogue/delivery.ts'
import { doctorWords } from './catalogue/doctor.ts'
import { helpWords } from './catalogue/help.ts'
import { labelWords } from './catalogue/label.ts'
import { letterWords } from './catalogue/letters.ts'
import { lifeWords } from './catalogue/life.ts'
import { provisioningWords } from './catalogue/provisioning.ts'
import { readingWords } from './catalogue/reading.ts'
import { replayWords } from './catalogue/replay.ts'
import { stepWords } from './catalogue/steps.ts'
import { territoryWords } from './catalogue/territory.ts'
import type { Language, MessageContext } from './message.ts'

export const catalogue = {
  ...cliWords,
  ...codecWords,
  ...helpWords,
  ...codecHelpWords,
  ...codecImportWords,
  ...labelWords,
  ...letterWords,
  ...lifeWords,
  ...deliveryWords,
  ...territoryWords,
  ...provisioningWords,
  ...readingWords,
  ...replayWords,
}
export type WordsKey = keyof typeof catalogue
/** Hints and findings of the contribution kit, of which the code comes with its facts. */
type KitKey = Extract<keyof typeof codecWords, `hint.${string}` | `lint.${string}`>
type ContextOf<K extends WordsKey> = (typeof catalogue)[K]['en'] extends (context: infer C) => string ? [context: C] : []

export interface Translator {
  language: Language
  /** the words of a key; the compiler asks for the facts they are made of */
  text<K extends WordsKey>(key: K, ...context: ContextOf<K>): string
  /** a hint or a finding about a codec */
  kit(key: KitKey, context: MessageContext): string
  /** doctor's sentence; the code itself where this version does not know it (a newer server) */
  finding(code: string, context: MessageContext): string
  remedy(code: string, context: MessageContext): string | undefined
  /** what a step of an order tells; the code itself where this version does not know it */
  step(code: string, context: MessageContext): string
}

export function translator(language: Language): Translator {
  return {
    language,
    text: (key, ...context) => render(catalogue[key][language], context[0]),
    kit: (key, context) => render(codecWords[key][language], context),
    finding: (code, context) => (isDoctorCode(code) ? render(doctorWords[code].text[language], context) : code),
    remedy: (code, context) => {
      const words: { remedy?: { en: unknown; fr: unknown } } | undefined = isDoctorCode(code) ? doctorWords[code] : undefined
      return words?.remedy === undefined ? undefined : render(words.remedy[language], context)
    },
    step: (code, context) => (isStepCode(code) ? render(stepWords[code][language], context) : code),
  }
}

function isDoctorCode(code: string): code is keyof typeof doctorWords {
  return Object.hasOwn(doctorWords, code)
}

function isStepCode(code: string): code is keyof typeof stepWords {
  return Object.hasOwn(stepWords, code)
}

/** The pairing of a key and its context is held by the signatures above; here it is only carried out. */
function render(words: unknown, context: unknown): string {
  return typeof words === 'function' ? String(words(context)) : String(words)
}
