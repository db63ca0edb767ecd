import { sentenceOf } from '../../errors/ondine-error.ts'
import { message, type Words } from '../message.ts'

const words = (en: string, fr: string): Words => ({ en, fr })

/** What became of an order, step by step: shown behind the state that the step brought. */
export const stepWords = {
  'accepted-by': message<{ account: string }>({ en: (c) => `by ${c.account}`, fr: (c) => `par ${c.account}` }),
  'return-order': words('ends the effect of another order', 'met fin à l’effet d’un autre ordre'),
  'handed-over': words('handed to ChirpStack', 'remis à ChirpStack'),
  'in-queue': words('in the queue of ChirpStack', 'dans la file de ChirpStack'),
  'found-in-queue': words('found in the queue of ChirpStack', 'retrouvé dans la file de ChirpStack'),
  'not-in-queue': words('not in the queue of ChirpStack: it is sent again', 'absent de la file de ChirpStack : il est renvoyé'),
  'lost-at-join': words(
    'the device joined anew, which emptied its queue: it is sent again',
    'l’appareil s’est réactivé, ce qui a vidé sa file : il est renvoyé',
  ),
  'sent-by-gateway': message<{ gateway: string; fCnt: number }>({
    en: (c) => `by gateway ${c.gateway}, frame counter ${c.fCnt}`,
    fr: (c) => `par la passerelle ${c.gateway}, compteur de trames ${c.fCnt}`,
  }),
  confirmed: words('the device confirmed the frame', 'l’appareil a confirmé la trame'),
  'not-confirmed': words('the device did not confirm the frame in time', 'l’appareil n’a pas confirmé la trame à temps'),
  'not-confirmed-before-expiry': words(
    'sent, but not confirmed by the device before it expired',
    'émis, mais pas confirmé par l’appareil avant son expiration',
  ),
  'expired-in-queue': words('the network could not send it in time', 'le réseau n’a pas pu l’émettre à temps'),
  'expired-unsent': words('it could not be sent before its expiry', 'il n’a pas pu être envoyé avant son expiration'),
  'expired-unreported': words('no gateway reported it before its expiry', 'aucune passerelle ne l’a signalé avant son expiration'),
  'expired-unknown': words('ChirpStack never told what became of it', 'ChirpStack n’a jamais dit ce qu’il est devenu'),
  'too-long': message<{ answer: string }>({
    en: (c) => `too long for the data rate: ${c.answer}`,
    fr: (c) => `trop long pour le débit radio : ${c.answer}`,
  }),
  'gateway-refused': message<{ answer: string }>({
    en: (c) => `a gateway refused it: ${c.answer}`,
    fr: (c) => `une passerelle l’a refusé : ${c.answer}`,
  }),
  /** Said as the error is said elsewhere; by its code where this version does not know it. */
  refused: message<{ error: string }>({
    en: (c) => sentenceOf(c.error, c, 'en') ?? c.error,
    fr: (c) => sentenceOf(c.error, c, 'fr') ?? c.error,
  }),
  superseded: message<{ by: string }>({
    en: (c) => `order ${c.by} has replaced the effect it would have ended`,
    fr: (c) => `l’ordre ${c.by} a remplacé l’effet auquel il aurait mis fin`,
  }),
  'nothing-to-end': words('the order it would have ended was never transmitted', 'l’ordre auquel il aurait mis fin n’a jamais été émis'),
  note: message<{ text: string }>({ en: (c) => c.text, fr: (c) => c.text }),
}
