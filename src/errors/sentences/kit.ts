import { placeInFrench, reasonInFrench } from '../reasons-in-french.ts'
import { sentence } from '../sentence.ts'

export const kitSentences = {
  'kit.probe-ended': sentence<{ file: string }>({
    kind: 'failed',
    en: (c) => `${c.file} ended the process that examined it, or never came to its end: look for an endless loop.`,
    fr: (c) => `${c.file} a mis fin au processus qui l’examinait, ou ne se termine pas : cherchez une boucle sans fin.`,
  }),
  'kit.no-examples': sentence<{ model: string }>({
    kind: 'failed',
    en: () => 'examples.json holds no example, so nothing is proven: begin with a real frame of the device and what it means.',
    fr: () => 'examples.json ne contient aucun exemple, rien n’est donc prouvé : commencez par une vraie trame du capteur et son sens.',
  }),
  'kit.does-not-load': sentence<{ file: string; line: number; error: string }>({
    kind: 'failed',
    en: (c) => `${c.file}${c.line > 0 ? `, line ${c.line}` : ''}: ${c.error}. Its examples were not run.`,
    fr: (c) => `${c.file}${c.line > 0 ? `, ligne ${c.line}` : ''} : ${c.error}. Ses exemples n’ont pas été essayés.`,
  }),
  'kit.no-model-there': sentence<{ path: string; folder: string }>({
    kind: 'not-found',
    en: (c) => `There is no model ${c.path} in ${c.folder}, and no such folder. Make one with: ondine codec new vendor/model`,
    fr: (c) => `Il n’y a ni modèle ${c.path} dans ${c.folder}, ni dossier de ce nom. Pour en créer un : ondine codec new fabricant/modele`,
  }),
  'kit.examples-fail': sentence<{ failed: number; total: number }>({
    kind: 'failed',
    en: (c) => `${c.failed} of ${c.total} models fail: see the lines with a cross.`,
    fr: (c) => `${c.failed} modèle${c.failed > 1 ? 's' : ''} sur ${c.total} en échec : voir les lignes avec une croix.`,
  }),
  'kit.lint-errors': sentence<{ errors: number }>({
    kind: 'failed',
    en: (c) => `${c.errors} ${c.errors === 1 ? 'error' : 'errors'} to mend: see the lines with a cross.`,
    fr: (c) => `${c.errors} erreur${c.errors > 1 ? 's' : ''} à corriger : voir les lignes avec une croix.`,
  }),
  'kit.bad-line': sentence<{ path: string; reason: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.path}: ${c.reason}.`,
    fr: (c) => `${placeInFrench(c.path)} : ${reasonInFrench(c.reason)}.`,
  }),
  'kit.refused': sentence<{ errors: string }>({
    kind: 'failed',
    en: (c) => `The codec refuses it: ${c.errors}.`,
    fr: (c) => `Le codec refuse : ${c.errors}.`,
  }),
  'kit.needs': sentence<{ what: string; example: string }>({
    kind: 'wrong-use',
    en: (c) => `Something is missing: ${c.what}. For example: ${c.example}`,
    fr: (c) => `Il manque : ${c.what}. Par exemple : ${c.example}`,
  }),
  'kit.bad-argument': sentence<{ argument: string; given: string; expected: 'slug' | 'port' | 'hex'; example: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.argument} is "${c.given}", and must be ${argumentKinds[c.expected]?.en}. For example: ${c.example}`,
    fr: (c) => `${c.argument} vaut « ${c.given} », et doit être ${argumentKinds[c.expected]?.fr}. Par exemple : ${c.example}`,
  }),
  'kit.unknown-key': sentence<{ path: string; near: string; keys: string }>({
    kind: 'wrong-use',
    en: (c) => `There is no key ${c.path}${c.near === '' ? '.' : `; did you mean ${c.near}?`} Keys: ${c.keys}.`,
    fr: (c) => `La clé ${c.path} n’existe pas${c.near === '' ? '.' : ` ; vouliez-vous dire ${c.near} ?`} Clés : ${c.keys}.`,
  }),
  'kit.no-such-model-form': sentence<{ slug: string; near: string }>({
    kind: 'wrong-use',
    en: (c) => `"${c.slug}" is not vendor/model, such as acme/flow-2.${c.near === '' ? '' : ` There is: ${c.near}.`}`,
    fr: (c) => `« ${c.slug} » n’est pas fabricant/modele, comme acme/flow-2.${c.near === '' ? '' : ` Il y a : ${c.near}.`}`,
  }),
  'kit.inside-model': sentence<{ folder: string; model: string; wanted: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.folder} lies in the folder of the model ${c.model}: a model in a model would not be found. Give --codecs ${c.wanted}`,
    fr: (c) =>
      `${c.folder} se trouve dans le dossier du modèle ${c.model} : un modèle dans un modèle serait introuvable. Donnez --codecs ${c.wanted}`,
  }),
  'kit.bad-slug': sentence<{ slug: string }>({
    kind: 'wrong-use',
    en: (c) => `"${c.slug}" is not vendor/model: small letters, digits, "-", "_" and ".", such as acme/flow-2.`,
    fr: (c) => `« ${c.slug} » n’est pas fabricant/modele : minuscules, chiffres, « - », « _ » et « . », comme acme/flow-2.`,
  }),
  'kit.unknown-family': sentence<{ family: string; near: string; families: string }>({
    kind: 'wrong-use',
    en: (c) => `There is no family ${c.family}.${c.near === '' ? '' : ` Did you mean ${c.near}?`} There are: ${c.families}.`,
    fr: (c) => `La famille ${c.family} n’existe pas.${c.near === '' ? '' : ` Vouliez-vous dire ${c.near} ?`} Il y a : ${c.families}.`,
  }),
  'kit.exists': sentence<{ path: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.path} is there already, and is left as it is. Choose another name, or delete it.`,
    fr: (c) => `${c.path} existe déjà et reste tel quel. Choisissez un autre nom, ou supprimez-le.`,
  }),
}

const argumentKinds = {
  slug: { en: 'vendor/model', fr: 'de la forme fabricant/modele' },
  port: { en: 'a whole number from 1 to 223', fr: 'un nombre entier de 1 à 223' },
  hex: { en: 'pairs of hexadecimal digits', fr: 'des paires de chiffres hexadécimaux' },
} as const
