import { sentence } from '../sentence.ts'

export const generalSentences = {
  unexpected: sentence<{ reason: string }>({
    kind: 'failed',
    en: (c) => `Something unexpected happened: ${c.reason}. The log has the details.`,
    fr: (c) => `Une erreur imprévue est survenue : ${c.reason}. Le journal contient les détails.`,
  }),
}
