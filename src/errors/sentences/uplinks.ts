import { sentence } from '../sentence.ts'

export const uplinksSentences = {
  'event.malformed': sentence<{ topic: string; reason: string }>({
    kind: 'failed',
    en: (c) => `The message on ${c.topic} is no event of ChirpStack: ${c.reason}.`,
    fr: (c) => `Le message reçu sur ${c.topic} n’est pas un événement de ChirpStack : ${c.reason}.`,
  }),
  'dead-letter.not-found': sentence<{ id: string }>({
    kind: 'not-found',
    en: (c) => `There is no frame kept aside with the id ${c.id}. See: ondine deadletters list`,
    fr: (c) => `Aucune trame mise de côté n’a l’identifiant ${c.id}. Voir : ondine deadletters list`,
  }),
  'spool.taken': sentence<{ folder: string }>({
    kind: 'conflict',
    en: (c) => `Another ondine already uses the data in ${c.folder}. Stop it first, or give this one its own dataDir.`,
    fr: (c) => `Un autre ondine utilise déjà les données de ${c.folder}. Arrêtez-le d’abord, ou donnez à celui-ci son propre dataDir.`,
  }),
  'spool.unreadable': sentence<{ file: string; reason: string }>({
    kind: 'failed',
    en: (c) => `The spool file ${c.file} cannot be used: ${c.reason}.`,
    fr: (c) => `Le fichier ${c.file} de la file d’attente est inutilisable : ${c.reason}.`,
  }),
  'spool.newer': sentence<{ file: string; version: number }>({
    kind: 'conflict',
    en: (c) => `The spool file ${c.file} was written by a newer ondine (format ${c.version}). Start that version.`,
    fr: (c) => `Le fichier ${c.file} a été écrit par un ondine plus récent (format ${c.version}). Lancez cette version.`,
  }),
  'spool.full': sentence<{ folder: string }>({
    kind: 'unreachable',
    en: (c) => `The disk of ${c.folder} is full: events wait at the broker until there is room. Free space or enlarge the disk.`,
    fr: (c) => `Le disque de ${c.folder} est plein : les événements attendent au broker. Libérez de la place ou agrandissez le disque.`,
  }),
  'spool.unwritable': sentence<{ folder: string; reason: string }>({
    kind: 'unreachable',
    en: (c) => `Events cannot be written to ${c.folder} (${c.reason}): they wait at the broker. Check the disk.`,
    fr: (c) => `Impossible d’écrire les événements dans ${c.folder} (${c.reason}) : ils attendent au broker. Vérifiez le disque.`,
  }),
  'spool.stopped': sentence({
    kind: 'unreachable',
    en: () => 'The spool is stopped: the event was not kept and stays with the broker.',
    fr: () => 'La file d’attente est arrêtée : l’événement n’a pas été gardé et reste au broker.',
  }),
}
