import { reasonInFrench } from '../reasons-in-french.ts'
import { sentence } from '../sentence.ts'

const frenchWords: Readonly<Record<string, string>> = { rows: 'lignes', columns: 'colonnes' }

/** What the readers of this project say; what a library says stays as it is. */
const frenchReasons: Readonly<Record<string, string>> = {
  'a quote is opened here and never closed': 'un guillemet s’ouvre ici et ne se ferme jamais',
  'a row has more than 1,000,000 characters': 'une ligne a plus de 1 000 000 de caractères',
  'it cannot be read as CSV': 'illisible comme CSV',
  'it is not valid JSON': 'ce n’est pas du JSON valide',
  'it is not well-formed XML': 'ce n’est pas du XML bien formé',
  'it is not well-formed XML, or nested too deeply': 'ce n’est pas du XML bien formé, ou trop imbriqué',
}

export const formatSentences = {
  'file.malformed': sentence<{ file: string; line: number; reason: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file}, line ${c.line}: ${c.reason}.`,
    fr: (c) => `${c.file}, ligne ${c.line} : ${frenchReasons[c.reason] ?? reasonInFrench(c.reason)}.`,
  }),
  'file.not-text': sentence<{ file: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} is no text: it holds NUL characters. Ask for CSV, XLSX, JSON or XML.`,
    fr: (c) => `${c.file} n’est pas du texte : il contient des caractères NUL. Demandez du CSV, XLSX, JSON ou XML.`,
  }),
  /** `limit`: MB */
  'file.too-large': sentence<{ file: string; limit: number }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} is, or unpacks to, more than ${c.limit} MB can hold: no delivery is that large. Split it, or ask for CSV.`,
    fr: (c) => `${c.file} dépasse ${c.limit} Mo, une fois décompressé : aucune livraison n’est si grande. Scindez-le, ou demandez du CSV.`,
  }),
  'file.too-many': sentence<{ file: string; what: string; limit: number }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} has more than ${c.limit} ${c.what}: no delivery has so many. Check that it is the right file, or split it.`,
    fr: (c) =>
      `${c.file} a plus de ${c.limit} ${frenchWords[c.what] ?? c.what} : aucune livraison n’en a autant. Vérifiez le fichier, ou scindez-le.`,
  }),
  'file.doctype': sentence<{ file: string }>({
    kind: 'refused',
    en: (c) => `${c.file} declares a DOCTYPE or entities, which a delivery does not need and which can do harm: it is not read.`,
    fr: (c) => `${c.file} déclare un DOCTYPE ou des entités, inutiles à une livraison et dangereux : il n’est pas lu.`,
  }),
  'file.xlsx-unreadable': sentence<{ file: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} is damaged or protected by a password: open it in a spreadsheet and save it again as XLSX or CSV.`,
    fr: (c) => `${c.file} est abîmé ou protégé par un mot de passe : ouvrez-le dans un tableur et enregistrez-le en XLSX ou CSV.`,
  }),
  'file.not-a-workbook': sentence<{ file: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} is an archive and not an XLSX workbook. Unpack it, or save it as XLSX or CSV.`,
    fr: (c) => `${c.file} est une archive et non un classeur XLSX. Décompressez-le, ou enregistrez-le en XLSX ou CSV.`,
  }),
}
