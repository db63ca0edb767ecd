import { sentence } from '../sentence.ts'

export const formatSentences = {
  'file.malformed': sentence<{ file: string; line: number; reason: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file}, line ${c.line}: ${c.reason}.`,
    fr: (c) => `${c.file}, ligne ${c.line} : ${c.reason}.`,
  }),
}
