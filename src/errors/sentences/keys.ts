import { sentence } from '../sentence.ts'

/** Of keys in general. No context here ever holds a key or a part of one. */
export const keySentences = {
  'key.malformed': sentence<{ digits: number }>({
    kind: 'wrong-use',
    en: (c) => `A key has 32 hexadecimal digits, here are ${c.digits}.`,
    fr: (c) => `Une clé a 32 chiffres hexadécimaux, il y en a ${c.digits} ici.`,
  }),
  'key.missing': sentence<{ field: string; version: string }>({
    kind: 'refused',
    en: (c) => `A LoRaWAN ${c.version} device cannot join without its ${c.field}: ask the supplier for it.`,
    fr: (c) => `Un appareil LoRaWAN ${c.version} ne peut pas se joindre sans sa clé ${c.field} : demandez-la au fournisseur.`,
  }),
  'key.not-of-version': sentence<{ field: string; version: string; fields: string }>({
    kind: 'refused',
    en: (c) => `A LoRaWAN ${c.version} device has no ${c.field}, only ${c.fields}: is its device profile of the right version?`,
    fr: (c) => `Un appareil LoRaWAN ${c.version} n’a pas de ${c.field}, seulement ${c.fields} : son profil est-il de la bonne version ?`,
  }),
  'key.version-unknown': sentence<{ version: string }>({
    kind: 'wrong-use',
    en: (c) => `LoRaWAN ${c.version} is not known here: write 1.0.0 to 1.0.4 or 1.1.0.`,
    fr: (c) => `LoRaWAN ${c.version} n’est pas connu ici : écrivez 1.0.0 à 1.0.4 ou 1.1.0.`,
  }),
}
