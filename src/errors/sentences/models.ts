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
  'install.channel-unknown': sentence<{ model: string; channel: string; channels: string }>({
    kind: 'refused',
    en: (c) => `${c.model} has no channel "${c.channel}". It has: ${c.channels}.`,
    fr: (c) => `${c.model} n’a pas de voie « ${c.channel} ». Il a : ${c.channels}.`,
  }),
  'install.parameters-refused': sentence<{ model: string; refused: string; taken: string }>({
    kind: 'refused',
    en: (c) => `${c.model} does not take ${c.refused}. Its parameters are: ${c.taken}.`,
    fr: (c) => `${c.model} n’accepte pas ${c.refused}. Ses paramètres sont : ${c.taken}.`,
  }),
  'install.no-parameters': sentence<{ model: string; refused: string }>({
    kind: 'refused',
    en: (c) => `${c.model} does not take ${c.refused}: it has no parameters.`,
    fr: (c) => `${c.model} n’accepte pas ${c.refused} : il n’a pas de paramètres.`,
  }),
  'install.parameters-missing': sentence<{ model: string; missing: string }>({
    kind: 'refused',
    en: (c) => `${c.model} cannot be installed without ${c.missing}. Measure it on the spot and give it too.`,
    fr: (c) => `${c.model} ne peut être posé sans ${c.missing}. Mesurez sur place et indiquez-le aussi.`,
  }),
  'command.other-channel': sentence<{ model: string; asked: string; known: string }>({
    kind: 'wrong-use',
    en: (c) => `This asset has no "${c.asked}" on its ${c.model}: name ${c.known}, or leave it out.`,
    fr: (c) => `Cet équipement n’a pas de « ${c.asked} » sur son ${c.model} : nommez ${c.known}, ou ne précisez rien.`,
  }),
  'command.out-of-limits': sentence<{ model: string; type: string; name: string; value: number; min: number; max: number }>({
    kind: 'refused',
    en: (c) => `"${c.type}" on ${c.model}: ${c.name} must be from ${c.min} to ${c.max}, not ${c.value}.`,
    fr: (c) => `« ${c.type} » sur ${c.model} : ${c.name} doit être compris entre ${c.min} et ${c.max}, pas ${c.value}.`,
  }),
}
