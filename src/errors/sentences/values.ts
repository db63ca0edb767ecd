import { sentence } from '../sentence.ts'

const kind = 'wrong-use'

/** What is wrong with one value of a request or of the configuration; said after its path. */
export const valueSentences = {
  'value.missing': sentence({ kind, en: () => 'is missing', fr: () => 'valeur manquante' }),
  'value.unknown-key': sentence({ kind, en: () => 'no such key', fr: () => 'cette clé n’existe pas' }),
  'value.unknown-variable': sentence({ kind, en: () => 'no key has this name', fr: () => 'aucune clé ne porte ce nom' }),
  'value.type': sentence<{ expected: string }>({
    kind,
    en: (c) => `expected ${c.expected}`,
    fr: (c) => `${typesFr.get(c.expected) ?? c.expected} attendu`,
  }),
  'value.too-small': sentence<{ minimum: number }>({
    kind,
    en: (c) => `must be at least ${c.minimum}`,
    fr: (c) => `doit être au moins ${c.minimum}`,
  }),
  'value.not-above': sentence<{ minimum: number }>({
    kind,
    en: (c) => `must be more than ${c.minimum}`,
    fr: (c) => `doit être supérieur à ${c.minimum}`,
  }),
  'value.too-big': sentence<{ maximum: number }>({
    kind,
    en: (c) => `must be at most ${c.maximum}`,
    fr: (c) => `doit être au plus ${c.maximum}`,
  }),
  'value.too-short': sentence<{ minimum: number }>({
    kind,
    en: (c) => (c.minimum === 1 ? 'must not be empty' : `must have at least ${c.minimum}`),
    fr: (c) => (c.minimum === 1 ? 'ne doit pas être vide' : `doit en compter au moins ${c.minimum}`),
  }),
  'value.too-long': sentence<{ maximum: number }>({
    kind,
    en: (c) => `must be no longer than ${c.maximum}`,
    fr: (c) => `ne doit pas dépasser ${c.maximum} de long`,
  }),
  'value.no-time': sentence({
    kind,
    en: () => 'must be a time such as 2026-11-22T06:00:00Z',
    fr: () => 'doit être une date et une heure telles que 2026-11-22T06:00:00Z',
  }),
  'value.choice': sentence<{ choices: string }>({
    kind,
    en: (c) => `must be one of ${c.choices}`,
    fr: (c) => `doit être l’un de ${c.choices}`,
  }),
  /** a schema's own words */
  'value.other': sentence<{ reason: string }>({ kind, en: (c) => c.reason, fr: (c) => inFrench(c.reason) }),
}

const typesFr: ReadonlyMap<string, string> = new Map([
  ['number', 'nombre'],
  ['int', 'nombre entier'],
  ['string', 'texte'],
  ['boolean', 'true ou false'],
  ['array', 'liste'],
  ['object', 'objet'],
  ['record', 'objet'],
])

/** What schemas say in words of their own. */
const ownWords: ReadonlyMap<string, string> = new Map([
  ['must be 16 hexadecimal digits', 'doit compter 16 chiffres hexadécimaux'],
  ['must not contain the character U+0000', 'ne doit pas contenir le caractère U+0000'],
  ['must be vendor/model', 'doit être de la forme vendor/model'],
  ['must be letters, digits, "." "_" "-", at most 64', 'n’admet que lettres, chiffres, « . », « _ » et « - », 64 au plus'],
  [
    'an address other than loopback needs tls files, or trustedProxy: true when a proxy ends TLS',
    'une adresse autre que la boucle locale exige des fichiers tls, ou trustedProxy: true si un proxy termine TLS',
  ],
  ['must be letters, digits, "." "_" "-", at most 16', 'n’admet que lettres, chiffres, « . », « _ » et « - », 16 au plus'],
  ['must be letters, digits, "_", at most 8', 'n’admet que lettres, chiffres et « _ », 8 au plus'],
  ['must be an INSEE code such as "37261", in quotes', 'doit être un code INSEE tel que "37261", entre guillemets'],
  ['must be a time zone such as Europe/Paris', 'doit être un fuseau horaire tel que Europe/Paris'],
  ['is there twice', 'figure deux fois'],
  ['must be the recipient of the server, age1…', 'doit être le destinataire du serveur, age1…'],
  [
    'is there twice with one prefix or label: their assets would have the same names',
    'figure deux fois avec un même préfixe ou libellé : leurs actifs porteraient les mêmes noms',
  ],
  ['the model has no other channel than main', 'le modèle n’a pas d’autre canal que main'],
  ['must be examples: the model has no simulate.js', 'doit être examples : le modèle n’a pas de simulate.js'],
  [
    'is needed beside chirpstack: the broker ChirpStack publishes to',
    'est nécessaire avec chirpstack : c’est le broker où ChirpStack publie',
  ],
])

export function inFrench(text: string): string {
  const protocols = /^must be a URL starting with (.*)$/.exec(text)?.[1]
  if (protocols !== undefined) return `doit être une adresse commençant par ${protocols.replaceAll(' or ', ' ou ')}`
  const choices = /^must be one of (.*)$/.exec(text)?.[1]
  if (choices !== undefined) return `doit être l’un de ${choices}`
  return ownWords.get(text) ?? text
}
