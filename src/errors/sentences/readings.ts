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
  'reading.cursor-unknown': sentence({
    kind: 'wrong-use',
    en: () => 'The cursor is not one that this list gave. Ask for the first page again, without a cursor.',
    fr: () => 'Ce curseur ne vient pas de cette liste. Redemandez la première page, sans curseur.',
  }),
}
