import { sentence } from '../sentence.ts'
import { inFrench } from './values.ts'

export const configSentences = {
  /** `source`: the variable it comes from, `ONDINE_LISTEN_PORT="abc"`; left out: the file */
  'config.invalid': sentence<{ path: string; reason: string; source?: string }>({
    kind: 'wrong-use',
    en: (c) => `Configuration key ${c.path}: ${c.reason}${from(c.source)}.`,
    fr: (c) => `Clé de configuration ${c.path} : ${inFrench(c.reason)}${from(c.source)}.`,
  }),
  'config.no-mapping': sentence<{ file: string }>({
    kind: 'wrong-use',
    en: (c) => `The configuration file ${c.file} must hold keys with their values, such as "dataDir: data".`,
    fr: (c) => `Le fichier de configuration ${c.file} doit contenir des clés avec leurs valeurs, par exemple « dataDir: data ».`,
  }),
  'config.no-folder': sentence<{ path: string; file: string }>({
    kind: 'wrong-use',
    en: (c) => `Configuration key ${c.path}: ${c.file} is a file, and must be a folder.`,
    fr: (c) => `Clé de configuration ${c.path} : ${c.file} est un fichier, et doit être un dossier.`,
  }),
  'config.folder-missing': sentence<{ path: string; file: string }>({
    kind: 'wrong-use',
    en: (c) => `Configuration key ${c.path}: there is no folder ${c.file}.`,
    fr: (c) => `Clé de configuration ${c.path} : le dossier ${c.file} n’existe pas.`,
  }),
  'config.no-models': sentence<{ path: string; file: string }>({
    kind: 'wrong-use',
    en: (c) => `Configuration key ${c.path}: ${c.file} holds no model; one would be at ${c.file}/<vendor>/<model>/model.yaml.`,
    fr: (c) =>
      `Clé de configuration ${c.path} : ${c.file} ne contient aucun modèle ; il se trouverait dans ${c.file}/<fabricant>/<modele>/model.yaml.`,
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

function from(source: string | undefined): string {
  return source === undefined ? '' : ` (${source})`
}
