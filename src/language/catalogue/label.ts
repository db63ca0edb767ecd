import { message } from '../message.ts'

/** What `ondine device label` says. */
export const labelWords = {
  'label.paste': { en: 'Text of the label (not shown)', fr: 'Texte de l’étiquette (non affiché)' },
  'label.not-known': {
    en: 'This device is not known here: neither delivered nor installed.',
    fr: 'Cet appareil n’est pas connu ici : ni livré, ni posé.',
  },
  'label.serial-of': message<{ serial: string; devEuis: string }>({
    en: (c) => `The serial number ${c.serial} is that of another device: ${c.devEuis}. Is this label on the right device?`,
    fr: (c) => `Le numéro de série ${c.serial} est celui d’un autre appareil : ${c.devEuis}. L’étiquette est-elle sur le bon appareil ?`,
  }),
  'label.other-serial': message<{ devEui: string; serial: string }>({
    en: (c) => `${c.devEui} was delivered with the serial number ${c.serial}.`,
    fr: (c) => `${c.devEui} a été livré avec le numéro de série ${c.serial}.`,
  }),
  'label.other-keys': message<{ devEui: string }>({
    en: (c) =>
      `The key on this label is not the one that was written for ${c.devEui}: it would not join. Ask the supplier which one holds.`,
    fr: (c) =>
      `La clé de cette étiquette n’est pas celle écrite pour ${c.devEui} : il ne rejoindrait pas. Demandez au fournisseur laquelle vaut.`,
  }),
  'help.device-label': {
    en: 'what the QR code of a device says (never its keys), and whether it fits what was delivered',
    fr: 'ce que dit le QR code d’un appareil (jamais ses clés), et s’il correspond à la livraison',
  },
  'help.arg-label': {
    en: 'the text of the code, a PNG picture of it, or - to paste it unseen or from standard input',
    fr: 'le texte du code, son image en PNG, ou - pour le coller sans l’afficher ou l’entrée standard',
  },
  'label.form': { en: 'written as', fr: 'écrit en' },
  'label.profile': { en: 'profile', fr: 'profil' },
  'label.serial': { en: 'serial number', fr: 'n° de série' },
  'label.owner': { en: 'owner token', fr: 'jeton de propriété' },
  'label.key': { en: 'a key', fr: 'une clé' },
  'label.model': { en: 'model', fr: 'modèle' },
  'label.yes': { en: 'yes', fr: 'oui' },
  'label.no': { en: 'no', fr: 'non' },
  'label.yes-keys': message<{ fields: string }>({ en: (c) => `yes (${c.fields})`, fr: (c) => `oui (${c.fields})` }),
  'label.vendor-profile': message<{ vendor: string; profile: string }>({
    en: (c) => `${c.profile} of vendor ${c.vendor}`,
    fr: (c) => `${c.profile} du vendeur ${c.vendor}`,
  }),
  'label.by-profile': message<{ models: string }>({
    en: (c) => `${c.models} (by its profile)`,
    fr: (c) => `${c.models} (par son profil)`,
  }),
  'label.by-prefix': message<{ models: string; count: number }>({
    en: (c) => (c.count === 1 ? `${c.models}? (its EUI begins so)` : `one of ${c.count} whose EUIs begin so: ${c.models}`),
    fr: (c) => (c.count === 1 ? `${c.models} ? (son EUI commence ainsi)` : `un des ${c.count} dont les EUI commencent ainsi : ${c.models}`),
  }),
  'label.no-model': { en: 'none known whose EUIs begin so', fr: 'aucun connu dont les EUI commencent ainsi' },
  'label.form-tr005': { en: 'LoRa Alliance TR005', fr: 'TR005 de la LoRa Alliance' },
  'label.form-tr005-draft': { en: 'draft of LoRa Alliance TR005', fr: 'projet de TR005 de la LoRa Alliance' },
  'label.form-lwdp': { en: 'URN:LWDP (Gemtek, Browan): first the joinEui', fr: 'URN:LWDP (Gemtek, Browan) : d’abord le joinEui' },
  'label.form-json': { en: 'JSON with names', fr: 'JSON avec des noms' },
  'label.form-named': { en: 'fields with names', fr: 'champs avec des noms' },
  'label.form-url': { en: 'address of a web page', fr: 'adresse d’une page web' },
  'label.form-positional': {
    en: 'values without names: taken for devEui, joinEui and key in this order',
    fr: 'valeurs sans noms : prises pour devEui, joinEui et clé dans cet ordre',
  },
  'label.form-tektelic': { en: 'Tektelic: first the devEui', fr: 'Tektelic : d’abord le devEui' },
  'label.form-sensecap': { en: 'SenseCAP: first the devEui', fr: 'SenseCAP : d’abord le devEui' },
  'label.form-eui': { en: 'an EUI alone: taken for the devEui', fr: 'un EUI seul : pris pour le devEui' },
}
