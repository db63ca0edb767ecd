import { sentence } from '../sentence.ts'
import { inFrench } from './values.ts'

/** What is wrong with a territory's folder as a whole. None repeats a cell of a table: it may be a key. */
export const territorySentences = {
  'territory.none': sentence<{ folder: string }>({
    kind: 'not-found',
    en: (c) =>
      `There is no territory.yaml in ${c.folder === '.' ? 'this folder' : `"${c.folder}"`}. Give the folder of the territory, or begin one with: ondine init`,
    fr: (c) =>
      `Il n’y a pas de territory.yaml dans ${c.folder === '.' ? 'ce dossier' : `« ${c.folder} »`}. Donnez le dossier du territoire, ou commencez-en un : ondine init`,
  }),
  /** `fault`: code of the reason's sentence; `instead`: what to write, empty where the reason says it; `more`: further faults */
  'territory.invalid': sentence<{
    file: string
    line: number
    path: string
    reason: string
    fault?: string
    instead: string
    more: number
  }>({
    kind: 'wrong-use',
    en: (c) =>
      `${c.file}, line ${c.line}: ${c.path}: ${c.reason}.${c.instead === '' ? '' : ` Write: ${c.instead}`}${c.more > 0 ? ` (and ${c.more} more)` : ''}`,
    fr: (c) =>
      `${c.file}, ligne ${c.line} : ${c.path} : ${inFrench(c.reason)}.${c.instead === '' ? '' : ` Écrivez : ${c.instead}`}${c.more > 0 ? ` (et ${c.more} de plus)` : ''}`,
  }),
  'territory.key-column': sentence<{ file: string; column: string }>({
    kind: 'refused',
    en: (c) =>
      `${c.file}: column ${c.column} holds keys, and a table holds none. Take the column out and import the delivery with: ondine import. If the file was shared or is in Git, the keys are known: have them changed.`,
    fr: (c) =>
      `${c.file} : la colonne ${c.column} contient des clés, et une table n’en contient pas. Retirez-la et importez la livraison avec : ondine import. Si le fichier a circulé ou est dans Git, les clés sont connues : faites-les changer.`,
  }),
  'territory.unknown-column': sentence<{ file: string; column: string; near: string; known: string }>({
    kind: 'wrong-use',
    en: (c) =>
      `${c.file}: there is no column ${c.column}${c.near === '' ? '.' : `; did you mean ${c.near}?`} Columns: ${c.known}. To keep it as a remark, begin its title with #.`,
    fr: (c) =>
      `${c.file} : il n’y a pas de colonne ${c.column}${c.near === '' ? '.' : ` ; vouliez-vous dire ${c.near} ?`} Colonnes : ${c.known}. Pour la garder en remarque, commencez son titre par #.`,
  }),
  'territory.column-twice': sentence<{ file: string; column: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file}: two columns are ${c.column}. Take one out, or begin its title with #.`,
    fr: (c) => `${c.file} : deux colonnes sont ${c.column}. Retirez-en une, ou commencez son titre par #.`,
  }),
  'territory.no-columns': sentence<{ file: string; devices: string; installations: string }>({
    kind: 'wrong-use',
    en: (c) =>
      `${c.file}: its first line names no known column. A device table has ${c.devices}; an installation table has ${c.installations}.`,
    fr: (c) =>
      `${c.file} : sa première ligne ne nomme aucune colonne connue. Une table d’appareils a ${c.devices} ; une table de poses a ${c.installations}.`,
  }),
  'territory.missing-column': sentence<{ file: string; column: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} has no column ${c.column}, which its rows need.`,
    fr: (c) => `${c.file} n’a pas de colonne ${c.column}, dont ses lignes ont besoin.`,
  }),
  'territory.unknown-folder': sentence<{ file: string; what: string; name: string; near: string }>({
    kind: 'wrong-use',
    en: (c) =>
      `${c.file} stands in a folder for the ${c.what} "${c.name}", which territory.yaml does not declare${c.near === '' ? '.' : `; did you mean ${c.near}?`} Declare it, rename the folder, or let its name begin with _ to leave it out.`,
    fr: (c) =>
      `${c.file} est dans un dossier pour le ${c.what} « ${c.name} », que territory.yaml ne déclare pas${c.near === '' ? '.' : ` ; vouliez-vous dire ${c.near} ?`} Déclarez-le, renommez le dossier, ou commencez son nom par _ pour l’ignorer.`,
  }),
  'territory.misplaced': sentence<{ file: string; tenant: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} is of no service: move it to ${c.tenant}/<service>/, or let its name begin with _ to leave it out.`,
    fr: (c) => `${c.file} n’est d’aucun service : déplacez-le dans ${c.tenant}/<service>/, ou commencez son nom par _ pour l’ignorer.`,
  }),
  'territory.bad-path': sentence<{ file: string }>({
    kind: 'refused',
    en: (c) => `${c.file} is no table of a territory (<tenant>/<service>/<table>.csv): nothing is written there.`,
    fr: (c) => `${c.file} n’est pas une table d’un territoire (<tenant>/<service>/<table>.csv) : rien n’y est écrit.`,
  }),
  'territory.not-rewritable': sentence<{ file: string }>({
    kind: 'refused',
    en: (c) =>
      `${c.file} cannot be written back so that all else stays as it is: it has irregular quotes or bytes. Save it once as CSV UTF-8 and repeat.`,
    fr: (c) =>
      `${c.file} ne peut être réécrit sans changer le reste : guillemets ou octets irréguliers. Enregistrez-le une fois en CSV UTF-8 et recommencez.`,
  }),
}
