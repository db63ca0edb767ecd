import { sentence } from '../sentence.ts'
import { inFrench } from './values.ts'

export const configSentences = {
  'config.invalid': sentence<{ path: string; reason: string }>({
    kind: 'wrong-use',
    en: (c) => `Configuration key ${c.path}: ${c.reason}.`,
    fr: (c) => `Clé de configuration ${c.path} : ${inFrench(c.reason)}.`,
  }),
  'config.file-unusable': sentence<{ path: string; file: string; reason: string }>({
    kind: 'wrong-use',
    en: (c) => `Configuration key ${c.path}: the file ${c.file} cannot be used (${c.reason}).`,
    fr: (c) => `Clé de configuration ${c.path} : le fichier ${c.file} est inutilisable (${c.reason}).`,
  }),
  'config.unreadable': sentence<{ file: string; reason: string }>({
    kind: 'wrong-use',
    en: (c) => `The configuration file ${c.file} cannot be read: ${c.reason}.`,
    fr: (c) => `Le fichier de configuration ${c.file} est illisible : ${c.reason}.`,
  }),
  'config.unreachable': sentence<{ path: string; address: string; reason: string }>({
    kind: 'wrong-use',
    en: (c) => `Configuration key ${c.path}: nothing answers at ${c.address} (${c.reason}). Is it running, and reachable from here?`,
    fr: (c) =>
      `Clé de configuration ${c.path} : rien ne répond à ${c.address} (${c.reason}). Le serveur tourne-t-il, est-il joignable d’ici ?`,
  }),
}
