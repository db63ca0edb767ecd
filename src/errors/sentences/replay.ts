import { sentence } from '../sentence.ts'

export const replaySentences = {
  'frames.unreachable': sentence<{ file: string; reason: string }>({
    kind: 'unreachable',
    en: (c) =>
      `The archive of frames (${c.file}) takes or gives nothing now: ${c.reason}. Check the disk; what was received waits in the spool.`,
    fr: (c) =>
      `L’archive des trames (${c.file}) ne prend ni ne donne rien en ce moment : ${c.reason}. Vérifiez le disque ; ce qui est reçu attend dans la file.`,
  }),
  'frames.newer': sentence<{ file: string; version: number; known: number }>({
    kind: 'conflict',
    en: (c) =>
      `${c.file} was written by a newer Ondine (layout ${c.version}, this one knows ${c.known}). Start that version, or restore a backup made before the upgrade.`,
    fr: (c) =>
      `${c.file} a été écrit par une version plus récente d’Ondine (format ${c.version}, celle-ci connaît ${c.known}). Démarrez cette version, ou restaurez une sauvegarde d’avant la mise à jour.`,
  }),
  'store.cannot-remove': sentence<{ store: string; reason: string }>({
    kind: 'refused',
    en: (c) =>
      `${c.store} cannot delete readings (${c.reason}): a replay would leave wrong values beside right ones, so it is not begun. A dry run shows what it would change.`,
    fr: (c) =>
      `${c.store} ne sait pas effacer de relevés (${c.reason}) : un rejeu laisserait des valeurs fausses à côté des bonnes, il n’est donc pas commencé. Un essai à blanc montre ce qu’il changerait.`,
  }),
  'replay.empty-span': sentence<{ from: string; to: string }>({
    kind: 'wrong-use',
    en: (c) => `The span from ${c.from} to ${c.to} is empty or lies in the future. Give a --from that is before --to and before now.`,
    fr: (c) => `La période de ${c.from} à ${c.to} est vide ou à venir. Donnez un --from antérieur à --to et à maintenant.`,
  }),
  'replay.no-frames': sentence<{ from: string; to: string; oldest: string }>({
    kind: 'not-found',
    en: (c) => `No frame was kept from ${c.from} to ${c.to}: the archive begins on ${c.oldest}. Nothing was changed.`,
    fr: (c) => `Aucune trame n’a été gardée de ${c.from} à ${c.to} : l’archive commence le ${c.oldest}. Rien n’a été changé.`,
  }),
  'replay.no-devices': sentence<{ model: string }>({
    kind: 'not-found',
    en: (c) => `No device of model ${c.model} is in what this token may see. Check the name with ondine codec list.`,
    fr: (c) => `Aucun appareil du modèle ${c.model} n’est visible avec ce jeton. Vérifiez le nom avec ondine codec list.`,
  }),
  'replay.other-model': sentence<{ devEui: string; model: string; is: string }>({
    kind: 'conflict',
    en: (c) =>
      `Device ${c.devEui} is of model ${c.is} in the inventory, not ${c.model}. Replay its own model, or mend the inventory first.`,
    fr: (c) =>
      `L’appareil ${c.devEui} est du modèle ${c.is} dans l’inventaire, pas ${c.model}. Rejouez son propre modèle, ou corrigez d’abord l’inventaire.`,
  }),
  'replay.busy': sentence<{ number: number }>({
    kind: 'conflict',
    en: (c) =>
      `Replay ${c.number} is under way, one goes at a time. Follow it with ondine replay show ${c.number}, or end it with ondine replay stop ${c.number}.`,
    fr: (c) =>
      `Le rejeu ${c.number} est en cours, un seul à la fois. Suivez-le avec ondine replay show ${c.number}, ou terminez-le avec ondine replay stop ${c.number}.`,
  }),
  'replay.unknown': sentence<{ number: number }>({
    kind: 'not-found',
    en: (c) => `There is no replay ${c.number}. List them with ondine replay list.`,
    fr: (c) => `Il n’y a pas de rejeu ${c.number}. Listez-les avec ondine replay list.`,
  }),
  'replay.not-asked': sentence({
    kind: 'wrong-use',
    en: () => 'A replay replaces readings, and nobody is there to be asked. Look first with --dry-run, then give --yes.',
    fr: () => 'Un rejeu remplace des relevés, et personne n’est là pour confirmer. Regardez d’abord avec --dry-run, puis donnez --yes.',
  }),
  'replay.failed': sentence<{ number: number; reason: string }>({
    kind: 'failed',
    en: (c) => `Replay ${c.number} stopped: ${c.reason}`,
    fr: (c) => `Le rejeu ${c.number} s’est arrêté : ${c.reason}`,
  }),
}
