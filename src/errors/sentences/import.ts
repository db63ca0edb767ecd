import { sentence } from '../sentence.ts'

/** Why a catalogue of codecs, a device of it or one of its vectors is not taken over. */
export const importSentences = {
  'import.unknown-layout': sentence<{ folder: string; layouts: string }>({
    kind: 'wrong-use',
    en: (c) =>
      `${c.folder} is no catalogue of codecs that is known. Give the folder that its repository begins with; layouts: ${c.layouts}.`,
    fr: (c) => `${c.folder} n’est pas un catalogue de codecs connu. Indiquez le dossier racine du dépôt ; formats : ${c.layouts}.`,
  }),
  'import.no-device': sentence<{ folder: string; only: string }>({
    kind: 'not-found',
    en: (c) => `${c.folder} has no device ${c.only}. Leave out --only to see them all.`,
    fr: (c) => `${c.folder} n’a pas d’appareil ${c.only}. Sans --only, tous sont listés.`,
  }),
  'import.outside': sentence<{ path: string }>({
    kind: 'refused',
    en: (c) => `${c.path} leads out of the folder that is imported: it is not read.`,
    fr: (c) => `${c.path} mène hors du dossier importé : il n’est pas lu.`,
  }),
  'import.file-missing': sentence<{ file: string }>({
    kind: 'not-found',
    en: (c) => `${c.file} is named but not there.`,
    fr: (c) => `${c.file} est nommé mais absent.`,
  }),
  'import.file-too-large': sentence<{ file: string; limit: number }>({
    kind: 'refused',
    en: (c) => `${c.file} is larger than ${c.limit} bytes.`,
    fr: (c) => `${c.file} dépasse ${c.limit} octets.`,
  }),
  'import.no-codec': sentence({
    kind: 'refused',
    en: () => 'It names no codec: ask its vendor for one, or write it: ondine codec new',
    fr: () => 'Il n’indique aucun codec : demandez-en un à son fabricant, ou écrivez-le : ondine codec new',
  }),
  'import.codec-elsewhere': sentence<{ name: string }>({
    kind: 'not-found',
    en: (c) => `Its codec ${c.name} is not in this catalogue: ask its vendor for it, or write one: ondine codec new`,
    fr: (c) => `Son codec ${c.name} n’est pas dans ce catalogue : demandez-le à son fabricant, ou écrivez-en un : ondine codec new`,
  }),
  'import.codec-empty': sentence<{ file: string }>({
    kind: 'refused',
    en: (c) => `${c.file} is empty.`,
    fr: (c) => `${c.file} est vide.`,
  }),
  'import.codec-in-parts': sentence<{ file: string }>({
    kind: 'refused',
    en: (c) => `${c.file} needs other files of its repository; only a bundle of one file can be taken over.`,
    fr: (c) => `${c.file} a besoin d’autres fichiers de son dépôt ; seul un fichier unique peut être repris.`,
  }),
  'import.codec-too-large': sentence<{ file: string; size: number; limit: number }>({
    kind: 'refused',
    en: (c) => `${c.file} has ${c.size} characters, more than the ${c.limit} that a codec may have.`,
    fr: (c) => `${c.file} compte ${c.size} caractères, plus que les ${c.limit} permis à un codec.`,
  }),
  'import.exists': sentence<{ model: string }>({
    kind: 'refused',
    en: (c) => `${c.model} is there already. To import it anew: --replace`,
    fr: (c) => `${c.model} existe déjà. Pour l’importer à nouveau : --replace`,
  }),
  'import.not-imported': sentence<{ model: string }>({
    kind: 'refused',
    en: (c) => `${c.model} is there already and was not imported: it is not replaced. Import to another folder with --to.`,
    fr: (c) => `${c.model} existe déjà et n’a pas été importé : il n’est pas remplacé. Importez ailleurs avec --to.`,
  }),
  'import.profile-exists': sentence<{ file: string }>({
    kind: 'refused',
    en: (c) => `${c.file} is there already, of another folder of models: it is not replaced. Import with --to into a folder apart.`,
    fr: (c) =>
      `${c.file} existe déjà, pour un autre dossier de modèles : il n’est pas remplacé. Importez avec --to dans un dossier à part.`,
  }),
  'import.unusable': sentence<{ path: string; reason: string }>({
    kind: 'failed',
    en: (c) => `It makes no valid model: ${c.path}: ${c.reason}.`,
    fr: (c) => `Il ne donne pas de modèle valide : ${c.path} : ${c.reason}.`,
  }),
  'import.vector-bytes': sentence({
    kind: 'refused',
    en: () => 'Its bytes are neither a list of bytes nor hexadecimal nor base64.',
    fr: () => 'Ses octets ne sont ni une liste d’octets, ni de l’hexadécimal, ni du base64.',
  }),
  'import.vector-expects-nothing': sentence({
    kind: 'refused',
    en: () => 'It expects neither data nor errors.',
    fr: () => 'Il n’attend ni données ni erreurs.',
  }),
  'import.vector-odd': sentence<{ reason: string }>({
    kind: 'refused',
    en: (c) => `It is no example: ${c.reason}.`,
    fr: (c) => `Ce n’est pas un exemple : ${c.reason}.`,
  }),
  'import.vector-other-port': sentence<{ fPort: number; port: number }>({
    kind: 'refused',
    en: (c) => `It asks for fPort ${c.fPort}; its encoder names no port, and ${c.port} is used for all.`,
    fr: (c) => `Il demande le fPort ${c.fPort} ; son encodeur n’en donne pas, et ${c.port} sert pour tous.`,
  }),
  'import.vector-context': sentence({
    kind: 'refused',
    en: () => 'It needs what the codec kept of the frames before: a decode here depends on its frame alone.',
    fr: () => 'Il dépend de ce que le codec a gardé des trames précédentes : ici, un décodage ne dépend que de sa trame.',
  }),
  'import.vector-variant': sentence<{ firmware: string }>({
    kind: 'refused',
    en: (c) => `It is a downlink of firmware ${c.firmware}; downlinks go by the codec of the newest firmware.`,
    fr: (c) => `C’est une descente du micrologiciel ${c.firmware} ; les descentes passent par le codec le plus récent.`,
  }),
}
