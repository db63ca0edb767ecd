/** What can be said of one row of a delivery, for `advice`: where, and the facts. Never a key, nor a part of one. */
export interface FindingContext {
  /** the cell or column it is about: `B17`, `"DevEUI"` */
  place: string
  /** as it was written, where that is surely no key */
  written: string
  /** of hexadecimal digits found */
  digits: number
  /** another row's place in the source */
  line: string
  count: number
  /** an EUI, a prefix, a model: what it is compared with */
  other: string
}

export type Outcome = 'accept' | 'flag' | 'refuse'

interface FindingWords {
  /** for a summary of many rows */
  title: string
  /** what is wrong and what to do, for one row */
  advice: (context: FindingContext) => string
}

interface FindingKind {
  outcome: 'flag' | 'refuse'
  /** flagged instead where weak keys are accepted */
  weak?: true
  en: FindingWords
  fr: FindingWords
}

/** Every reason of an import report: its slug never changes meaning. The first ones are told first. */
export const findings = {
  'eui-damaged-by-excel': {
    outcome: 'refuse',
    en: {
      title: 'EUI damaged by Excel',
      advice: (c) =>
        c.digits > 0 && c.digits < 16
          ? `${c.place}: ${c.digits} digits${shown(c)} where 16 are needed: zeros at its beginning were lost. Ask for the column as text.`
          : `${c.place}: the spreadsheet took the EUI for a number${shown(c)}; it cannot be restored. Ask for the column as text.`,
    },
    fr: {
      title: 'EUI abîmé par Excel',
      advice: (c) =>
        c.digits > 0 && c.digits < 16
          ? `${c.place} : ${c.digits} chiffres${shown(c)} au lieu de 16 : des zéros de tête sont perdus. Demandez la colonne en texte.`
          : `${c.place} : le tableur a pris l’EUI pour un nombre${shown(c)} ; il est perdu. Demandez la colonne en texte.`,
    },
  },
  'eui-missing': {
    outcome: 'refuse',
    en: {
      title: 'no EUI',
      advice: (c) => `${c.place}: the devEui is empty. It is on the device’s label: ask for it, or leave the row out.`,
    },
    fr: {
      title: 'pas d’EUI',
      advice: (c) => `${c.place} : le devEui est vide. Il est sur l’étiquette : demandez-le, ou retirez la ligne.`,
    },
  },
  'eui-malformed': {
    outcome: 'refuse',
    en: {
      title: 'not an EUI',
      advice: (c) => `${c.place}: a devEui has 16 hexadecimal digits, this has ${found(c)}. Compare it with the device’s label.`,
    },
    fr: {
      title: 'autre chose qu’un EUI',
      advice: (c) => `${c.place} : un devEui a 16 chiffres hexadécimaux, ici ${trouve(c)}. Comparez avec l’étiquette de l’appareil.`,
    },
  },
  'eui-zero': {
    outcome: 'refuse',
    en: {
      title: 'EUI all zeros or all F',
      advice: (c) => `${c.place}: all zeros or all F is a placeholder. Ask for the device’s own EUI.`,
    },
    fr: {
      title: 'EUI tout à zéro ou à F',
      advice: (c) => `${c.place} : que des zéros ou des F, c’est une valeur d’attente. Demandez le vrai EUI.`,
    },
  },
  'duplicate-in-file': {
    outcome: 'refuse',
    en: {
      title: 'same EUI twice',
      advice: (c) =>
        c.count === 1
          ? `The same device as line ${c.line}, which counts: leave this row out.`
          : `Lines ${c.line} give this EUI with different keys or data: ask which is right.`,
    },
    fr: {
      title: 'EUI en double',
      advice: (c) =>
        c.count === 1
          ? `Même appareil qu’à la ligne ${c.line}, qui compte : retirez celle-ci.`
          : `Les lignes ${c.line} donnent cet EUI avec d’autres clés ou données : demandez laquelle est juste.`,
    },
  },
  'duplicate-in-inventory': {
    outcome: 'refuse',
    en: {
      title: 'known already',
      advice: (c) => `This device is known already (${c.other}): nothing to do, or ondine device swap if it is meant to replace one.`,
    },
    fr: {
      title: 'déjà connu',
      advice: (c) => `Cet appareil est déjà connu (${c.other}) : rien à faire, ou ondine device swap pour un remplacement.`,
    },
  },
  'key-damaged-by-excel': {
    outcome: 'refuse',
    en: {
      title: 'key damaged by Excel',
      advice: (c) => `${c.place}: the spreadsheet took the key for a number; it cannot be restored. Ask for the column as text.`,
    },
    fr: {
      title: 'clé abîmée par Excel',
      advice: (c) => `${c.place} : le tableur a pris la clé pour un nombre ; elle est perdue. Demandez la colonne en texte.`,
    },
  },
  'key-missing': {
    outcome: 'refuse',
    en: {
      title: 'no key',
      advice: (c) =>
        `${c.place}: there is no key, and without one the device cannot join. Ask for the AppKey; keys in another file: --keys <file>.`,
    },
    fr: {
      title: 'pas de clé',
      advice: (c) =>
        `${c.place} : pas de clé, et sans elle l’appareil ne peut pas joindre. Demandez l’AppKey ; clés dans un autre fichier : --keys <fichier>.`,
    },
  },
  'key-malformed': {
    outcome: 'refuse',
    en: {
      title: 'not a key',
      advice: (c) => `${c.place}: a key has 32 hexadecimal digits, this has ${found(c)}. Ask for it again.`,
    },
    fr: {
      title: 'autre chose qu’une clé',
      advice: (c) => `${c.place} : une clé a 32 chiffres hexadécimaux, ici ${trouve(c)}. Redemandez-la.`,
    },
  },
  'key-contradicted': {
    outcome: 'refuse',
    en: {
      title: 'two keys for one EUI',
      advice: (c) => `${c.place}: lines ${c.line} give different keys for this EUI. Ask which one is right.`,
    },
    fr: {
      title: 'deux clés pour un EUI',
      advice: (c) => `${c.place} : les lignes ${c.line} donnent des clés différentes pour cet EUI. Demandez laquelle est juste.`,
    },
  },
  'key-zero': {
    outcome: 'refuse',
    weak: true,
    en: { title: 'key all zeros', advice: (c) => `${c.place}: a key of zeros is none. Ask for the device’s own key.` },
    fr: { title: 'clé tout à zéro', advice: (c) => `${c.place} : une clé de zéros n’en est pas une. Demandez celle de l’appareil.` },
  },
  'key-equals-eui': {
    outcome: 'refuse',
    weak: true,
    en: {
      title: 'key made of the EUI',
      advice: (c) => `${c.place}: the key is made of the EUI, which everyone can read. Ask for a drawn one, or give --accept-weak-keys.`,
    },
    fr: {
      title: 'clé faite de l’EUI',
      advice: (c) => `${c.place} : la clé est faite de l’EUI, que chacun peut lire. Demandez-en une aléatoire, ou --accept-weak-keys.`,
    },
  },
  'key-well-known': {
    outcome: 'refuse',
    weak: true,
    en: {
      title: 'well-known key',
      advice: (c) => `${c.place}: this key is a published default or a pattern. Ask for a drawn one, or give --accept-weak-keys.`,
    },
    fr: {
      title: 'clé publique',
      advice: (c) => `${c.place} : cette clé est un défaut publié ou un motif. Demandez-en une aléatoire, ou --accept-weak-keys.`,
    },
  },
  'key-repeated': {
    outcome: 'refuse',
    weak: true,
    en: {
      title: 'key repeated on several rows',
      advice: (c) =>
        `${c.place}: ${c.count} devices share this key (first on line ${c.line}). Ask for one each, or give --accept-weak-keys.`,
    },
    fr: {
      title: 'clé répétée sur plusieurs lignes',
      advice: (c) =>
        `${c.place} : ${c.count} appareils ont cette clé (première ligne : ${c.line}). Demandez-en une chacun, ou --accept-weak-keys.`,
    },
  },
  'join-eui-malformed': {
    outcome: 'refuse',
    en: {
      title: 'not a joinEui',
      advice: (c) => `${c.place}: a joinEui (AppEUI) has 16 hexadecimal digits, this has ${found(c)}. Ask for the column as text.`,
    },
    fr: {
      title: 'autre chose qu’un joinEui',
      advice: (c) => `${c.place} : un joinEui (AppEUI) a 16 chiffres hexadécimaux, ici ${trouve(c)}. Demandez la colonne en texte.`,
    },
  },
  'eui-reversed': {
    outcome: 'flag',
    en: {
      title: 'EUI with its bytes reversed?',
      advice: (c) =>
        `${c.place}: ${c.written} looks byte-reversed: turned round it is ${c.other}. Compare one label, then give --reversed turn or --reversed keep.`,
    },
    fr: {
      title: 'EUI aux octets inversés ?',
      advice: (c) =>
        `${c.place} : ${c.written} semble inversé : à l’endroit, c’est ${c.other}. Comparez une étiquette, puis --reversed turn ou --reversed keep.`,
    },
  },
  'second-sheet-row-unmatched': {
    outcome: 'flag',
    en: {
      title: 'keys of no device',
      advice: () => 'Keys for a device that is not in the list of devices: nothing is made of them. Is the list complete?',
    },
    fr: {
      title: 'clés sans appareil',
      advice: () => 'Clés d’un appareil absent de la liste : rien n’en est fait. La liste est-elle complète ?',
    },
  },
  'prefix-foreign': {
    outcome: 'flag',
    en: {
      title: 'EUI of another vendor?',
      advice: (c) => `${c.place}: its prefix is none of ${c.other}. Is it that model? It is taken as it is.`,
    },
    fr: {
      title: 'EUI d’un autre fabricant ?',
      advice: (c) => `${c.place} : son préfixe n’est pas de ${c.other}. Est-ce bien ce modèle ? Il est pris tel quel.`,
    },
  },
  'join-eui-missing': {
    outcome: 'flag',
    en: {
      title: 'no joinEui',
      advice: (c) => `${c.place}: the joinEui is empty where other rows have one. The device is taken without it.`,
    },
    fr: {
      title: 'pas de joinEui',
      advice: (c) => `${c.place} : le joinEui est vide alors que d’autres lignes en ont un. L’appareil est pris sans.`,
    },
  },
  'model-unknown': {
    outcome: 'flag',
    en: {
      title: 'unknown model',
      advice: (c) => `${c.place}: no model is called so. Its own file: --model vendor/model; list: ondine codec list.`,
    },
    fr: {
      title: 'modèle inconnu',
      advice: (c) => `${c.place} : aucun modèle ne s’appelle ainsi. À part, avec --model vendeur/modele ; liste : ondine codec list.`,
    },
  },
  'text-left-out': {
    outcome: 'flag',
    en: { title: 'a text left out', advice: (c) => `${c.place}: it holds a key or a formula, and was left out; the device is taken.` },
    fr: { title: 'un texte omis', advice: (c) => `${c.place} : il contient une clé ou une formule, et a été omis ; l’appareil est pris.` },
  },
  'row-not-device': {
    outcome: 'flag',
    en: { title: 'rows that are no device', advice: () => 'A total, a remark or titles again: nothing is made of it.' },
    fr: {
      title: 'lignes qui ne sont pas des appareils',
      advice: () => 'Un total, une remarque ou des titres répétés : rien n’en est fait.',
    },
  },
  'row-empty': {
    outcome: 'flag',
    en: { title: 'empty rows', advice: () => 'The row is empty: nothing is made of it.' },
    fr: { title: 'lignes vides', advice: () => 'La ligne est vide : rien n’en est fait.' },
  },
} as const satisfies Record<string, FindingKind>

export type FindingSlug = keyof typeof findings

export interface Finding {
  slug: FindingSlug
  outcome: 'flag' | 'refuse'
  context: FindingContext
}

export function adviceOf({ slug, context }: Finding, language: 'en' | 'fr'): string {
  return findings[slug][language].advice(context)
}

export function titleOf(slug: FindingSlug, language: 'en' | 'fr'): string {
  return findings[slug][language].title
}

const order = new Map(Object.keys(findings).map((slug, index) => [slug, index]))

/** Refusals before remarks; among them as the table has them. */
export function byWeight(a: Finding, b: Finding): number {
  if (a.outcome !== b.outcome) return a.outcome === 'refuse' ? -1 : 1
  return (order.get(a.slug) ?? 0) - (order.get(b.slug) ?? 0)
}

function shown({ written }: FindingContext): string {
  return written === '' ? '' : ` (${written})`
}

function found({ digits }: FindingContext): string {
  return digits === 0 ? 'other characters' : `${digits}`
}

function trouve({ digits }: FindingContext): string {
  return digits === 0 ? 'd’autres caractères' : `${digits}`
}
