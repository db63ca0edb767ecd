type Facts = Readonly<Record<string, string>>

interface ReasonWords {
  en: (facts: Facts) => string
  fr: (facts: Facts) => string
}

const damaged = {
  en: 'A spreadsheet took it for a number. Take the row from the file as it was before (Git has it), and open tables with this column as text.',
  fr: 'Un tableur l’a pris pour un nombre. Reprenez la ligne du fichier d’avant (Git l’a), et ouvrez les tables avec cette colonne en texte.',
}

/** Why a row of a table is refused before it is sent: a stable slug, and what to do. `facts` never hold a key, nor a part of one. */
export const rowReasons = {
  'eui-missing': {
    en: (f) => `${f.column} is empty: write the 16 digits of the device’s label, or take the row out.`,
    fr: (f) => `${f.column} est vide : écrivez les 16 chiffres de l’étiquette, ou retirez la ligne.`,
  },
  'eui-damaged-by-excel': {
    en: (f) => `${f.column}: "${f.written}" is no longer an EUI. ${damaged.en}`,
    fr: (f) => `${f.column} : « ${f.written} » n’est plus un EUI. ${damaged.fr}`,
  },
  'eui-malformed': {
    en: (f) => `${f.column}: an EUI has 16 hexadecimal digits, "${f.written}" has ${f.digits}. Compare it with the device’s label.`,
    fr: (f) => `${f.column} : un EUI a 16 chiffres hexadécimaux, « ${f.written} » en a ${f.digits}. Comparez avec l’étiquette.`,
  },
  'eui-zero': {
    en: (f) => `${f.column}: all zeros or all F is a placeholder. Write the device’s own EUI; an unknown joinEui is left empty.`,
    fr: (f) => `${f.column} : que des zéros ou des F, c’est une valeur d’attente. Écrivez le vrai EUI ; un joinEui inconnu reste vide.`,
  },
  'model-malformed': {
    en: (f) => `${f.column}: "${f.written}" is no model. Write vendor/model, such as axioma/qalcosonic-w1; list: ondine codec list.`,
    fr: (f) =>
      `${f.column} : « ${f.written} » n’est pas un modèle. Écrivez vendeur/modele, comme axioma/qalcosonic-w1 ; liste : ondine codec list.`,
  },
  'text-too-long': {
    en: (f) => `${f.column} has ${f.length} characters, and ${f.most} at most are kept. Shorten it.`,
    fr: (f) => `${f.column} a ${f.length} caractères, et ${f.most} au plus sont gardés. Raccourcissez.`,
  },
  'pairs-malformed': {
    en: (f) => `${f.column} cannot be read. Write name=value; other=value, or JSON: {"name": "value"}.`,
    fr: (f) => `${f.column} est illisible. Écrivez nom=valeur; autre=valeur, ou du JSON : {"nom": "valeur"}.`,
  },
  'tag-reserved': {
    en: (f) => `${f.column}: the tag "model" is set by itself. Write the model in the column "model".`,
    fr: (f) => `${f.column} : l’étiquette « model » est posée d’elle-même. Écrivez le modèle dans la colonne « model ».`,
  },
  'number-malformed': {
    en: (f) => `${f.column}: "${f.written}" is no number. Write digits with a point or a comma: 318.442.`,
    fr: (f) => `${f.column} : « ${f.written} » n’est pas un nombre. Écrivez des chiffres avec un point ou une virgule : 318,442.`,
  },
  'number-out-of-range': {
    en: (f) => `${f.column}: ${f.written} is not between ${f.least} and ${f.most}. Are latitude and longitude the right way round?`,
    fr: (f) => `${f.column} : ${f.written} n’est pas entre ${f.least} et ${f.most}. Latitude et longitude sont-elles dans le bon ordre ?`,
  },
  'place-incomplete': {
    en: () => 'One of latitude and longitude is empty: write both, or neither.',
    fr: () => 'L’une de latitude et longitude est vide : écrivez les deux, ou aucune.',
  },
  'commune-malformed': {
    en: (f) =>
      `${f.column}: "${f.written}" is no INSEE code of five characters, such as 37261 or 01004 (spreadsheets drop the zero in front).`,
    fr: (f) =>
      `${f.column} : « ${f.written} » n’est pas un code INSEE de cinq caractères, comme 37261 ou 01004 (un tableur perd le zéro de tête).`,
  },
  'date-missing': {
    en: (f) => `${f.column} is empty: from when on is the device there? Write a day, 2026-11-22, or a time, 2026-11-22T08:00.`,
    fr: (f) => `${f.column} est vide : depuis quand l’appareil est-il là ? Écrivez un jour, 22/11/2026, ou une heure, 2026-11-22T08:00.`,
  },
  'date-malformed': {
    en: (f) => `${f.column}: "${f.written}" is no date. Write 2026-11-22, 22/11/2026 (day first), or with the time 2026-11-22T08:00.`,
    fr: (f) =>
      `${f.column} : « ${f.written} » n’est pas une date. Écrivez 22/11/2026 (jour d’abord), 2026-11-22, ou avec l’heure 2026-11-22T08:00.`,
  },
  'date-ambiguous': {
    en: (f) => `${f.column}: "${f.written}" may have the month first, as line ${f.line} has. Write 2026-11-22 on all of them.`,
    fr: (f) => `${f.column} : « ${f.written} » a peut-être le mois d’abord, comme la ligne ${f.line}. Écrivez 2026-11-22 partout.`,
  },
  'device-missing': {
    en: () => 'Which device? Write its devEui, or its serial as in the device table.',
    fr: () => 'Quel appareil ? Écrivez son devEui, ou son numéro de série comme dans la table des appareils.',
  },
  'asset-missing': {
    en: (f) => `${f.column} is empty: write the code of what the device serves (delivery point, bin, street light).`,
    fr: (f) => `${f.column} est vide : écrivez le code de ce que l’appareil dessert (point de livraison, bac, lampadaire).`,
  },
  'device-repeated': {
    en: (f) => `The same device as ${f.line}, which counts: take this row out.`,
    fr: (f) => `Même appareil que ${f.line}, qui compte : retirez cette ligne.`,
  },
  'device-contradicted': {
    en: (f) => `${f.line} gives this device too, and differently: keep the right one.`,
    fr: (f) => `${f.line} donne aussi cet appareil, autrement : gardez la bonne ligne.`,
  },
  'installation-repeated': {
    en: (f) => `The same installation as ${f.line}, which counts: take this row out.`,
    fr: (f) => `Même installation que ${f.line}, qui compte : retirez cette ligne.`,
  },
  'installation-contradicted': {
    en: (f) =>
      `${f.line} installs this device there or elsewhere from the same time on, differently: keep the right one, or write the right dates.`,
    fr: (f) =>
      `${f.line} installe cet appareil là ou ailleurs à partir du même moment, autrement : gardez la bonne ligne, ou corrigez les dates.`,
  },
  'asset-contradicted': {
    en: (f) =>
      `${f.line} puts another device on this asset and channel from the same time on: keep the right one, or write the right dates.`,
    fr: (f) =>
      `${f.line} met un autre appareil sur cet actif et cette voie à partir du même moment : gardez la bonne ligne, ou corrigez les dates.`,
  },
  'cells-too-many': {
    en: (f) => `The row has ${f.cells} cells under ${f.titles} titles: is there a "${f.separator}" in a text? Put that text in quotes.`,
    fr: (f) =>
      `La ligne a ${f.cells} cellules sous ${f.titles} titres : y a-t-il un « ${f.separator} » dans un texte ? Mettez ce texte entre guillemets.`,
  },
  'holds-key': {
    en: (f) =>
      `${f.column} holds what looks like a key. Keys stand in no table: take it out, import the delivery with ondine import, and have the key changed if this file was shared.`,
    fr: (f) =>
      `${f.column} contient ce qui ressemble à une clé. Aucune table n’en contient : retirez-la, importez la livraison avec ondine import, et faites changer la clé si ce fichier a circulé.`,
  },
} as const satisfies Record<string, ReasonWords>

export type RowReason = keyof typeof rowReasons

export function isRowReason(reason: string): reason is RowReason {
  return Object.hasOwn(rowReasons, reason)
}
