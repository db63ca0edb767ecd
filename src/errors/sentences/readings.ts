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
  'store.newer': sentence<{ file: string; version: number; known: number }>({
    kind: 'conflict',
    en: (c) =>
      `${c.file} was written by a newer Ondine (layout ${c.version}, this one knows ${c.known}). Start that version, or restore a backup made before the upgrade.`,
    fr: (c) =>
      `${c.file} a été écrit par une version plus récente d’Ondine (format ${c.version}, celle-ci connaît ${c.known}). Démarrez cette version, ou restaurez une sauvegarde d’avant la mise à jour.`,
  }),
  'reading.cursor-unknown': sentence({
    kind: 'wrong-use',
    en: () => 'The cursor is not one that this list gave. Ask for the first page again, without a cursor.',
    fr: () => 'Ce curseur ne vient pas de cette liste. Redemandez la première page, sans curseur.',
  }),
}
