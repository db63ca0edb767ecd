import { sentence } from '../sentence.ts'

export const databaseSentences = {
  'database.newer': sentence<{ migration: string }>({
    kind: 'failed',
    en: (c) =>
      `The database was written by a newer version of Ondine (${c.migration}): install that version again, or restore the backup made before it.`,
    fr: (c) =>
      `La base de données vient d’une version plus récente d’Ondine (${c.migration}) : réinstallez cette version, ou restaurez la sauvegarde d’avant.`,
  }),
  'database.unreachable': sentence<{ address: string; reason: string }>({
    kind: 'unreachable',
    en: (c) => `The database at ${c.address} does not answer: ${c.reason}. Check that it runs and that metadata.url is right.`,
    fr: (c) => `La base de données ${c.address} ne répond pas : ${c.reason}. Vérifiez qu’elle tourne et que metadata.url est juste.`,
  }),
  'database.unusable': sentence<{ file: string; reason: string }>({
    kind: 'failed',
    en: (c) => `The database ${c.file} cannot be opened: ${c.reason}. Check the folder's rights and free space.`,
    fr: (c) => `La base de données ${c.file} ne s’ouvre pas : ${c.reason}. Vérifiez les droits du dossier et l’espace libre.`,
  }),
}
