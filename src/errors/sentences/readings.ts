import { sentence } from '../sentence.ts'

export const readingSentences = {
  'store.unreachable': sentence<{ store: string; reason: string }>({
    kind: 'unreachable',
    en: (c) => `${c.store} does not take or give readings now: ${c.reason}. What was received is kept and tried again.`,
    fr: (c) => `${c.store} ne prend ni ne donne de relevés en ce moment : ${c.reason}. Ce qui est reçu est gardé et sera réessayé.`,
  }),
  'store.refused': sentence<{ store: string; reason: string }>({
    kind: 'refused',
    en: (c) => `${c.store} refuses: ${c.reason}. Check the key store of the configuration, and the rights of its user or token.`,
    fr: (c) =>
      `${c.store} refuse : ${c.reason}. Vérifiez la clé store de la configuration et les droits de son utilisateur ou de son jeton.`,
  }),
  'store.limit': sentence<{ store: string; reason: string }>({
    kind: 'refused',
    en: (c) =>
      `${c.store} takes no more series: ${c.reason}. Set max-values-per-tag and max-series-per-database to 0 in the section [data] of influxdb.conf and restart it. What was received is kept and tried again.`,
    fr: (c) =>
      `${c.store} ne prend plus de nouvelles séries : ${c.reason}. Mettez max-values-per-tag et max-series-per-database à 0 dans la section [data] de influxdb.conf et redémarrez-le. Ce qui est reçu est gardé et sera réessayé.`,
  }),
  'store.newer': sentence<{ file: string; version: number; known: number }>({
    kind: 'conflict',
    en: (c) =>
      `${c.file} was written by a newer Ondine (layout ${c.version}, this one knows ${c.known}). Start that version, or restore a backup made before the upgrade.`,
    fr: (c) =>
      `${c.file} a été écrit par une version plus récente d’Ondine (format ${c.version}, celle-ci connaît ${c.known}). Démarrez cette version, ou restaurez une sauvegarde d’avant la mise à jour.`,
  }),
  'store.damaged': sentence<{ file: string; reason: string }>({
    kind: 'refused',
    en: (c) =>
      `${c.file} is damaged (${c.reason}). Stop the server, put the last backup of this file in its place (without -wal and -shm files beside it), and start again: what waits in the spool is stored then. What can be saved of the damaged file: sqlite3 ${c.file} .recover`,
    fr: (c) =>
      `${c.file} est endommagé (${c.reason}). Arrêtez le serveur, remettez la dernière sauvegarde de ce fichier à sa place (sans les fichiers -wal et -shm à côté), puis redémarrez : ce qui attend dans le spool est alors enregistré. Pour sauver ce qui peut l’être : sqlite3 ${c.file} .recover`,
  }),
  'reading.bad-window': sentence<{ text: string }>({
    kind: 'wrong-use',
    en: (c) => `"${c.text}" is not a window. Write for example 15m, 1h, 1d, or day, week, month, year for those of the calendar.`,
    fr: (c) => `« ${c.text} » n’est pas une fenêtre. Écrivez par exemple 15m, 1h, 1d, ou day, week, month, year pour celles du calendrier.`,
  }),
  'reading.bad-zone': sentence<{ zone: string }>({
    kind: 'wrong-use',
    en: (c) => `"${c.zone}" is not a time zone. Write its IANA name, for example Europe/Paris.`,
    fr: (c) => `« ${c.zone} » n’est pas un fuseau horaire. Écrivez son nom IANA, par exemple Europe/Paris.`,
  }),
  'reading.too-many-windows': sentence<{ most: number }>({
    kind: 'wrong-use',
    en: (c) => `These are more than ${c.most} windows. Ask for larger ones, or for a shorter time.`,
    fr: (c) => `Cela fait plus de ${c.most} fenêtres. Demandez-en de plus larges, ou une durée plus courte.`,
  }),
  'reading.span-empty': sentence<{ from: string; to: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.to} is not after ${c.from}: give an end that is later than the beginning.`,
    fr: (c) => `${c.to} n’est pas après ${c.from} : donnez une fin postérieure au début.`,
  }),
  'reading.not-measured': sentence<{ name: string }>({
    kind: 'wrong-use',
    en: (c) =>
      `"${c.name}" is not a name of the vocabulary. What an asset measures: ondine reading last <asset>; all names: docs/vocabulary.md.`,
    fr: (c) =>
      `« ${c.name} » n’est pas un nom du vocabulaire. Ce que mesure un équipement : ondine reading last <équipement> ; tous les noms : docs/vocabulary.md.`,
  }),
  'reading.not-a-counter': sentence<{ name: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.name} is not a counter: it has no consumption. Ask for mean, min, max, sum, count, first or last.`,
    fr: (c) => `${c.name} n’est pas un compteur : il n’a pas de consommation. Demandez mean, min, max, sum, count, first ou last.`,
  }),
  'reading.interval-unknown': sentence<{ asset: string }>({
    kind: 'wrong-use',
    en: (c) =>
      `No device with a known model serves ${c.asset} now, so that nobody knows how often it should report. Give it: --interval 3600.`,
    fr: (c) =>
      `Aucun appareil de modèle connu ne dessert ${c.asset} : on ne sait pas à quel rythme il doit relever. Donnez-le : --interval 3600.`,
  }),
  'reading.cursor-unknown': sentence({
    kind: 'wrong-use',
    en: () => 'The cursor is not one that this list gave. Ask for the first page again, without a cursor.',
    fr: () => 'Ce curseur ne vient pas de cette liste. Redemandez la première page, sans curseur.',
  }),
}
