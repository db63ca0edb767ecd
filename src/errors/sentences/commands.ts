import { sentence } from '../sentence.ts'

export const commandSentences = {
  'command.bad-time': sentence<{ text: string }>({
    kind: 'wrong-use',
    en: (c) => `"${c.text}" is no time: give a clock time such as 06:00, or a full one such as 2026-11-22T06:00:00Z.`,
    fr: (c) => `« ${c.text} » n’est pas une heure : donnez par exemple 06:00, ou une date complète telle que 2026-11-22T06:00:00Z.`,
  }),
  'command.bad-duration': sentence<{ text: string }>({
    kind: 'wrong-use',
    en: (c) => `"${c.text}" is no duration: give for example 90s, 10m, 1h30 or 2d.`,
    fr: (c) => `« ${c.text} » n’est pas une durée : donnez par exemple 90s, 10m, 1h30 ou 2d.`,
  }),
  'command.until-and-for': sentence({
    kind: 'wrong-use',
    en: () => 'Give either an end time (until) or a duration (for), not both.',
    fr: () => 'Donnez soit une heure de fin (until), soit une durée (for), pas les deux.',
  }),
  'command.past': sentence<{ what: string; time: string }>({
    kind: 'wrong-use',
    en: (c) => `The ${c.what} time ${c.time} is already past: nothing was sent.`,
    fr: (c) => `L’heure (${c.what}) ${c.time} est déjà passée : rien n’a été envoyé.`,
  }),
  'command.too-far': sentence<{ what: string }>({
    kind: 'wrong-use',
    en: (c) => `The time or duration given as "${c.what}" is more than a year ahead: nothing was sent.`,
    fr: (c) => `L’heure ou la durée donnée par « ${c.what} » est à plus d’un an : rien n’a été envoyé.`,
  }),
  'command.no-return': sentence<{ type: string; model: string }>({
    kind: 'refused',
    en: (c) =>
      `${c.model} cannot end "${c.type}" by itself and has no order that would undo it: leave the end time out, or use another order.`,
    fr: (c) =>
      `${c.model} ne sait pas terminer « ${c.type} » seul et n’a pas d’ordre inverse : retirez l’heure de fin, ou choisissez un autre ordre.`,
  }),
  'command.not-allowed': sentence<{ type: string; role: string }>({
    kind: 'forbidden',
    en: (c) => `The role ${c.role} may not send "${c.type}".`,
    fr: (c) => `Le rôle ${c.role} ne peut pas envoyer « ${c.type} ».`,
  }),
  'command.no-asset': sentence<{ asset: string }>({
    kind: 'not-found',
    en: (c) => `There is no asset ${c.asset}, or your token does not see it.`,
    fr: (c) => `Il n’y a pas d’équipement ${c.asset}, ou votre jeton ne le voit pas.`,
  }),
  'command.not-encoded': sentence<{ model: string; reason: string }>({
    kind: 'refused',
    en: (c) => `The codec of ${c.model} refused this order: ${c.reason}.`,
    fr: (c) => `Le codec de ${c.model} a refusé cet ordre : ${c.reason}.`,
  }),
  'order.not-found': sentence<{ id: string }>({
    kind: 'not-found',
    en: (c) => `There is no order ${c.id}.`,
    fr: (c) => `Il n’y a pas d’ordre ${c.id}.`,
  }),
  'order.key-reused': sentence<{ key: string }>({
    kind: 'conflict',
    en: (c) => `The idempotency key ${c.key} was already used for a different order.`,
    fr: (c) => `La clé d’idempotence ${c.key} a déjà servi pour un autre ordre.`,
  }),
}
