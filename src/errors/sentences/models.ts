import { sentence } from '../sentence.ts'

export const modelSentences = {
  'command.not-supported': sentence<{ model: string; what: string; able: string }>({
    kind: 'refused',
    en: (c) => `${c.model} cannot do "${c.what}". It can do: ${c.able}.`,
    fr: (c) => `${c.model} ne sait pas faire « ${c.what} ». Il sait faire : ${c.able}.`,
  }),
  'command.none-supported': sentence<{ model: string; what: string }>({
    kind: 'refused',
    en: (c) => `${c.model} cannot do "${c.what}": it takes no orders.`,
    fr: (c) => `${c.model} ne sait pas faire « ${c.what} » : il ne reçoit aucun ordre.`,
  }),
  'command.out-of-limits': sentence<{ model: string; type: string; name: string; value: number; min: number; max: number }>({
    kind: 'refused',
    en: (c) => `"${c.type}" on ${c.model}: ${c.name} must be from ${c.min} to ${c.max}, not ${c.value}.`,
    fr: (c) => `« ${c.type} » sur ${c.model} : ${c.name} doit être compris entre ${c.min} et ${c.max}, pas ${c.value}.`,
  }),
}
