import { fieldOfTitle, plainTitle } from '../suppliers/titles.ts'
import type { Column, TableKind } from './columns.ts'

/** What people call a column in French and German; the first of each is written into a table whose other titles are of that language. */
const called: Readonly<Record<TableKind, Partial<Record<Column, { fr: readonly string[]; de: readonly string[] }>>>> = {
  device: {
    serial: { fr: ['N° de série'], de: ['Seriennummer'] },
    name: { fr: ['Nom'], de: ['Bezeichnung'] },
    model: { fr: ['Modèle'], de: ['Modell'] },
    tags: { fr: ['Étiquettes', 'Étiquette', 'Marques'], de: ['Merkmale', 'Merkmal', 'Etiketten', 'Schlagwörter'] },
  },
  installation: {
    serial: { fr: ['N° de série'], de: ['Seriennummer'] },
    asset: {
      fr: ['Équipement', 'Code équipement', 'Code de l’équipement', 'Point de livraison', 'PDL', 'N° PDL', 'Code PDL', 'Point de comptage'],
      de: ['Anlage', 'Anlagennummer', 'Lieferstelle', 'Messstelle', 'Messstellennummer', 'Verbrauchsstelle', 'Abnahmestelle', 'Zählpunkt'],
    },
    assetName: {
      fr: ['Nom', 'Nom de l’équipement', 'Nom équipement', 'Libellé'],
      de: ['Bezeichnung', 'Name', 'Anlagenname'],
    },
    channel: { fr: ['Voie', 'Canal', 'Entrée'], de: ['Kanal', 'Eingang'] },
    date: {
      fr: ['Date de pose', 'Date', 'Date pose', 'Posé le', 'Date d’installation', 'Date de mise en service'],
      de: ['Einbaudatum', 'Datum', 'Montagedatum', 'Installationsdatum', 'Eingebaut am'],
    },
    startIndex: {
      fr: ['Index de départ', 'Index', 'Index de pose', 'Index à la pose', 'Index initial', 'Index départ'],
      de: ['Anfangsstand', 'Zählerstand', 'Einbaustand', 'Startstand', 'Zählerstand bei Einbau'],
    },
    parameters: { fr: ['Paramètres', 'Paramètre'], de: ['Parameter', 'Einstellungen'] },
    equipment: { fr: ['Corps de compteur', 'Corps', 'N° de corps', 'Compteur'], de: ['Zähler', 'Zählergehäuse', 'Messwerk'] },
    site: { fr: ['Lieu', 'Site', 'Adresse', 'Emplacement'], de: ['Standort', 'Ort', 'Adresse', 'Anschrift'] },
    commune: { fr: ['Commune', 'Code commune', 'Code INSEE', 'INSEE'], de: ['Gemeinde', 'Gemeindeschlüssel', 'INSEE-Code'] },
    latitude: { fr: ['Latitude', 'Lat'], de: ['Breitengrad', 'Breite', 'Geografische Breite'] },
    longitude: { fr: ['Longitude', 'Lon', 'Long'], de: ['Längengrad', 'Länge', 'Geografische Länge'] },
  },
}

const byTitle: Readonly<Record<TableKind, ReadonlyMap<string, { column: Column; language: 'fr' | 'de' }>>> = {
  device: titlesOf('device'),
  installation: titlesOf('installation'),
}

function titlesOf(kind: TableKind): Map<string, { column: Column; language: 'fr' | 'de' }> {
  const found = new Map<string, { column: Column; language: 'fr' | 'de' }>()
  for (const language of ['de', 'fr'] as const) {
    for (const [column, words] of columnsCalled(kind)) {
      for (const title of words[language]) found.set(plainTitle(title), { column, language })
    }
  }
  return found
}

function columnsCalled(kind: TableKind) {
  // Object.entries forgets what the keys are; they are those of `called`.
  return Object.entries(called[kind]) as [Column, { fr: readonly string[]; de: readonly string[] }][]
}

/** The column that a French or German title means, else by the suppliers' dictionary; null: none. */
export function columnCalled(title: string, kind: TableKind, columns: readonly Column[]): Column | null {
  const field = fieldOfTitle(title)
  return byTitle[kind].get(plainTitle(title))?.column ?? columns.find((column) => column === field) ?? null
}

/** The title of a column that a table gets, in the language of the titles that it has; those that are the same in all tell nothing. */
export function titleFor(column: Column, kind: TableKind, titles: readonly string[]): string {
  const languages = titles.flatMap((title) => {
    const known = byTitle[kind].get(plainTitle(title))
    return known === undefined || plainTitle(title) === known.column.toLowerCase() ? [] : known.language
  })
  const [first] = languages
  if (first === undefined || titles.some((title) => isEnglish(title, kind))) return column
  const language = languages.filter((one) => one === 'de').length * 2 > languages.length ? 'de' : 'fr'
  return called[kind][column]?.[language][0] ?? column
}

/** Named as our own columns are, and not so in another language. */
function isEnglish(title: string, kind: TableKind): boolean {
  return columnsCalled(kind).some(([column]) => column === title && !byTitle[kind].has(plainTitle(title)))
}

/** What stands before the name of a tag or a parameter that has a column of its own. */
const prefixes: Readonly<Record<TableKind, RegExp>> = {
  device: /^(?:tag|étiquette|etiquette|merkmal)\.(?=.)/i,
  installation: /^(?:parameter|paramètre|parametre)\.(?=.)/i,
}

/** The name of the tag or parameter; null: no such column. */
export function pairCalled(title: string, kind: TableKind): string | null {
  const plain = title.normalize('NFC')
  const name = plain.replace(prefixes[kind], '').trim()
  return name === plain.trim() || name === '' ? null : name
}
