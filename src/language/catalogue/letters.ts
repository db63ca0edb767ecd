import { message, type Words } from '../message.ts'

const words = (en: string, fr: string): Words => ({ en, fr })

/** What `ondine deadletters` says. */
export const letterWords = {
  'column.letter': words('id', 'identifiant'),
  'letter.topic': words('MQTT topic', 'topic MQTT'),
  'letter.message': words('message, in base64', 'message, en base64'),
  'letter.frame': message<{ fCnt: number; fPort: number; hex: string }>({
    en: (c) => `frame: counter ${c.fCnt}, port ${c.fPort}, ${c.hex}`,
    fr: (c) => `trame : compteur ${c.fCnt}, port ${c.fPort}, ${c.hex}`,
  }),
  'letter.mended': message<{ mended: number }>({ en: (c) => `${c.mended} decoded`, fr: (c) => `${c.mended} décodées` }),
  'letter.retried': message<{ tried: number; mended: number }>({
    en: (c) => `${c.tried} tried: ${c.mended} decoded, ${c.tried - c.mended} still kept aside.`,
    fr: (c) => `${c.tried} essayées : ${c.mended} décodées, ${c.tried - c.mended} toujours de côté.`,
  }),
  'help.deadletters-show': words('one of them, with the message as it came', 'l’une d’elles, avec le message tel qu’il est arrivé'),
  'help.deadletters-retry': words(
    'decode them again, all or some: what works is stored and published',
    'les décoder à nouveau, toutes ou certaines : ce qui réussit est enregistré et publié',
  ),
  'help.arg-letter': words('its id (ondine deadletters list)', 'son identifiant (ondine deadletters list)'),
  'help.arg-letters': words(
    'only these; left out: all that the options choose',
    'seulement celles-ci ; sinon toutes celles que les options choisissent',
  ),
  'help.opt-retry-limit': words('so many at most, the oldest first', 'autant au plus, les plus anciennes d’abord'),
}
