import { message, type Words } from '../message.ts'

const words = (en: string, fr: string): Words => ({ en, fr })

/** What is asked of readings over time. */
export const readingWords = {
  'help.reading-last': words('last value of each measurement', 'dernière valeur de chaque grandeur'),
  'help.reading-series': words('one measurement, window by window', 'une grandeur, fenêtre par fenêtre'),
  'help.reading-gaps': words('when readings of an asset did not come', 'quand les relevés d’un équipement ont manqué'),
  'help.reading-completeness': words('how many of the expected readings came', 'combien de relevés attendus sont arrivés'),
  'help.reading-export': words('readings as a file: CSV, JSON lines or Parquet', 'les relevés en fichier : CSV, JSON lines ou Parquet'),
  'help.arg-measurement': words('measurement, by its name in the vocabulary', 'grandeur, par son nom dans le vocabulaire'),
  'help.opt-name': words('only this measurement', 'seulement cette grandeur'),
  'help.opt-since': words(
    'from then on: 2026-11-22, 2026-11-22T06:00:00+01:00, or 7d, 12h ago',
    'à partir de là : 2026-11-22, 2026-11-22T06:00:00+01:00, ou il y a 7d, 12h',
  ),
  'help.opt-before': words('before then, written alike; left out: now', 'avant ce moment, écrit de même ; sinon maintenant'),
  'help.opt-window': words(
    '15m, 1h, 1d, or day, week, month, year of the calendar',
    '15m, 1h, 1d, ou day, week, month, year pour ceux du calendrier',
  ),
  'help.opt-aggregate': words(
    'mean, min, max, sum, count, first, last, consumption; left out: as the vocabulary says',
    'mean, min, max, sum, count, first, last, consumption ; sinon selon le vocabulaire',
  ),
  'help.opt-zone': words('zone of calendar windows (IANA); left out: the tenant’s', 'fuseau du calendrier (IANA) ; sinon celui du tenant'),
  'help.opt-interval': words(
    'seconds between expected readings; left out: as the model says',
    'secondes entre relevés attendus ; sinon selon le modèle',
  ),
  'help.opt-format': words('csv, jsonl or parquet; left out: by the file’s name', 'csv, jsonl ou parquet ; sinon selon le nom du fichier'),
  'help.opt-columns': words(
    'a column for each of these names, with commas between; left out: one line a value',
    'une colonne par nom, séparés par des virgules ; sinon une ligne par valeur',
  ),
  'help.opt-output': words(
    'file to write, whole or not at all; left out: standard output',
    'fichier à écrire, entier ou pas du tout ; sinon la sortie',
  ),

  'column.flag': words('doubt', 'doute'),
  'column.from': words('from', 'du'),
  'column.to': words('to', 'au'),
  'column.count': words('values', 'valeurs'),
  'column.missing': words('missing', 'manquants'),
  'column.length': words('length', 'durée'),
  'column.received': words('received', 'reçus'),
  'column.expected': words('expected', 'attendus'),
  'column.complete': words('complete', 'complet'),
  'column.bar': words('bar', 'barre'),
  'column.longest-gap': words('longest gap', 'plus long trou'),

  'series.total': words('in all', 'au total'),
  'series.from-days': words(
    'The oldest days are told by their daily values: their readings have expired.',
    'Les jours les plus anciens viennent des valeurs journalières : leurs relevés sont échus.',
  ),
  'series.reset': message<{ count: number }>({
    en: (c) => `The index went back ${c.count} × without a known reason: nothing is counted there, a new segment begins. A meter replaced?`,
    fr: (c) =>
      `L’index est revenu en arrière ${c.count} × sans raison connue : rien n’y est compté, un segment commence. Compteur remplacé ?`,
  }),
  'series.rollover': message<{ count: number }>({
    en: (c) => `The counter began at 0 again ${c.count} ×.`,
    fr: (c) => `Le compteur est repassé par 0 ${c.count} ×.`,
  }),
  'series.backflow': message<{ count: number }>({
    en: (c) => `The index went back a little ${c.count} × (backflow, counted as negative).`,
    fr: (c) => `L’index a un peu reculé ${c.count} × (retour, compté en négatif).`,
  }),
  'aggregate.mean': words('mean', 'moyenne'),
  'aggregate.min': words('lowest', 'minimum'),
  'aggregate.max': words('highest', 'maximum'),
  'aggregate.sum': words('sum', 'somme'),
  'aggregate.count': words('number of values', 'nombre de valeurs'),
  'aggregate.first': words('first value', 'première valeur'),
  'aggregate.last': words('last value', 'dernière valeur'),
  'aggregate.consumption': words('consumption', 'consommation'),
  'gaps.title': message<{ asset: string; received: number; expected: number; percent: string; every: string }>({
    en: (c) => `${c.asset}: ${c.received} readings, ${c.percent} of ${c.expected} expected (one every ${c.every})`,
    fr: (c) => `${c.asset} : ${c.received} relevés, ${c.percent} de ${c.expected} attendus (un toutes les ${c.every})`,
  }),
  'gaps.none': words('No gap.', 'Aucun trou.'),
  'gaps.more': message<{ shown: number; count: number }>({
    en: (c) => `The ${c.shown} longest of ${c.count} gaps.`,
    fr: (c) => `Les ${c.shown} plus longs de ${c.count} trous.`,
  }),
}
