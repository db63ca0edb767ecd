import { message, type Words } from '../message.ts'

const words = (en: string, fr: string): Words => ({ en, fr })

/** What the commands of a device's life say, help included. */
export const lifeWords = {
  'help.device-add': words('put one device on the network, with its keys', 'mettre un appareil sur le réseau, avec ses clés'),
  'help.device-swap': words(
    'replace the device, or the meter body, of an asset',
    'remplacer l’appareil, ou le corps de compteur, d’un équipement',
  ),
  'help.device-move': words('into another service or tenant', 'vers un autre service ou tenant'),
  'help.device-disable': words('off the network, and left where it is', 'hors du réseau, et laissé en place'),
  'help.device-restore': words('back on the network, from disabled or retired', 'de retour sur le réseau, après désactivation ou réforme'),
  'help.device-retire': words('end for ever what it serves; history stays', 'mettre fin à son service ; l’historique reste'),
  'help.device-flush-nonces': words(
    'let a device join again with DevNonces it used before',
    'laisser un appareil rejoindre avec des DevNonces déjà utilisés',
  ),
  'help.gateway-certificate': words('a client certificate, into files', 'un certificat client, dans des fichiers'),
  'help.arg-new-device': words('devEui or serial number of the device that comes', 'devEui ou numéro de série de l’appareil qui arrive'),
  'help.arg-gateway': words('gateway id, 16 hexadecimal digits', 'identifiant de la passerelle, 16 chiffres hexadécimaux'),
  'help.opt-qr': words(
    'its label: the text of the QR code, a PNG picture of it, or - for standard input',
    'son étiquette : le texte du QR code, son image PNG, ou - pour l’entrée standard',
  ),
  'help.opt-enter-keys': words(
    'ask for its keys without showing them, or read them from standard input',
    'demander ses clés sans les montrer, ou les lire sur l’entrée standard',
  ),
  'help.opt-accept-weak': words('take keys that protect nothing', 'accepter des clés qui ne protègent rien'),
  'help.opt-body': words(
    'serial number of the meter body that comes; without a device, the radio stays',
    'numéro de série du corps qui arrive ; sans appareil, la radio reste',
  ),
  'help.opt-add-body': words('serial number of the meter body it is fixed to', 'numéro de série du corps auquel il est fixé'),
  'help.opt-swap-channel': words(
    'which channel, where several devices serve the asset',
    'quelle voie, si plusieurs appareils servent l’équipement',
  ),
  'help.opt-swap-from': words('when it was done (ISO 8601); left out: now', 'quand cela a été fait (ISO 8601) ; sinon maintenant'),
  'help.opt-start-index': words('index of what comes, in the counter’s unit', 'index de départ, dans l’unité du compteur'),
  'help.opt-end-index': words('last index of what goes', 'dernier index de ce qui part'),
  'help.opt-swap-force': words(
    'also a device of another family, or from another service’s stock',
    'aussi un appareil d’une autre famille, ou du stock d’un autre service',
  ),
  'help.opt-undo': words('undo the swap of this number, within 30 days', 'annuler le remplacement de ce numéro, sous 30 jours'),
  'help.opt-wait-frame': words('wait for the first frame', 'attendre la première trame'),
  'help.opt-add-service': words('service; left out: the model’s', 'service ; sinon celui du modèle'),
  'help.opt-device-name': words('name for people; left out: its devEui', 'nom affiché ; sinon son devEui'),
  'help.opt-join-eui': words('joinEui; left out: the label’s', 'joinEui ; sinon celui de l’étiquette'),
  'help.opt-add-asset': words('install it on this asset at once', 'le poser aussitôt sur cet équipement'),
  'help.opt-move-service': words('service it goes to', 'service de destination'),
  'help.opt-move-tenant': words('tenant it goes to; left out: its own', 'tenant de destination ; sinon le sien'),
  'help.opt-retire-at': words('when it ended (ISO 8601); left out: now', 'date de fin (ISO 8601) ; sinon maintenant'),
  'help.opt-flush-force': words('also where no reused DevNonce is proven', 'même si aucun DevNonce réutilisé n’est prouvé'),
  'help.opt-certificate-out': words('folder to write to; nothing in it is replaced', 'dossier où écrire ; rien n’y est remplacé'),
  'help.opt-unknown': words(
    'only those heard on the broker and known to nobody',
    'seulement celles entendues sur le broker et connues de personne',
  ),

  'keys.app-key': words('AppKey (32 hexadecimal digits, not shown)', 'AppKey (32 chiffres hexadécimaux, non affichés)'),
  'keys.nwk-key': words('NwkKey (only of LoRaWAN 1.1; else leave empty)', 'NwkKey (LoRaWAN 1.1 seulement ; sinon laisser vide)'),

  'life.under-way': message<{ number: number }>({
    en: (c) => `Under way, behind another job or until the network server answers; it goes on by itself: ondine jobs show ${c.number}`,
    fr: (c) =>
      `En cours, derrière une autre tâche ou jusqu’à ce que le serveur de réseau réponde ; cela continue seul : ondine jobs show ${c.number}`,
  }),
  'life.added': message<{ devEui: string }>({
    en: (c) => `${c.devEui} is on the network, in stock.   Next: ondine device install ${c.devEui} <asset>`,
    fr: (c) => `${c.devEui} est sur le réseau, en stock.   Ensuite : ondine device install ${c.devEui} <équipement>`,
  }),
  'life.added-on': message<{ devEui: string; asset: string }>({
    en: (c) => `${c.devEui} is on the network and serves ${c.asset}.`,
    fr: (c) => `${c.devEui} est sur le réseau et sert ${c.asset}.`,
  }),
  'life.served-days': message<{ days: number }>({
    en: (c) =>
      c.days === 0 ? 'since today' : c.days === 1 ? '1 day' : c.days < 730 ? `${c.days} days` : `${Math.floor(c.days / 365)} years`,
    fr: (c) =>
      c.days === 0 ? 'depuis aujourd’hui' : c.days === 1 ? '1 jour' : c.days < 730 ? `${c.days} jours` : `${Math.floor(c.days / 365)} ans`,
  }),
  'life.readings': message<{ count: string }>({ en: (c) => `${c.count} readings`, fr: (c) => `${c.count} relevés` }),
  'life.never-heard': words('never heard', 'jamais entendu'),
  'life.last-heard': message<{ hours: number }>({
    en: (c) =>
      c.hours === 0 ? 'heard within the hour' : c.hours < 48 ? `last ${c.hours} h ago` : `last ${Math.floor(c.hours / 24)} days ago`,
    fr: (c) =>
      c.hours === 0
        ? 'entendu dans l’heure'
        : c.hours < 48
          ? `dernier il y a ${c.hours} h`
          : `dernier il y a ${Math.floor(c.hours / 24)} jours`,
  }),
  'life.from-stock': words('from stock', 'pris au stock'),
  'life.from-provisioned': words('new on the network', 'nouveau sur le réseau'),
  'life.from-back': words('back again', 'de retour'),
  'life.body-comes': message<{ body: string }>({
    en: (c) => `body ${c.body}, the radio stays`,
    fr: (c) => `corps ${c.body}, la radio reste`,
  }),
  'life.with-body': message<{ body: string }>({ en: (c) => `with the body ${c.body}`, fr: (c) => `avec le corps ${c.body}` }),
  'life.also': message<{ assets: string }>({
    en: (c) => `it also serves what the old one served beside: ${c.assets}`,
    fr: (c) => `il sert aussi ce que l’ancien servait par ailleurs : ${c.assets}`,
  }),
  'life.old-disabled': message<{ asset: string }>({
    en: (c) => `the old one is disabled on the network; history stays with ${c.asset}.`,
    fr: (c) => `l’ancien est désactivé sur le réseau ; l’historique reste avec ${c.asset}.`,
  }),
  'life.old-again': message<{ asset: string }>({
    en: (c) => `it serves ${c.asset} as before; what was measured meanwhile stays there too.`,
    fr: (c) => `il sert ${c.asset} comme avant ; ce qui a été mesuré entre-temps y reste aussi.`,
  }),
  'life.undo': message<{ number: number }>({
    en: (c) => `Undo within 30 days: ondine device swap --undo ${c.number}`,
    fr: (c) => `Annuler sous 30 jours : ondine device swap --undo ${c.number}`,
  }),
  'life.waiting': words(
    'waiting for the first frame … (Ctrl-C leaves it)',
    'en attente de la première trame … (Ctrl-C pour ne plus attendre)',
  ),
  'life.joined': message<{ seconds: number }>({
    en: (c) => `joined after ${c.seconds} s`,
    fr: (c) => `a rejoint le réseau après ${c.seconds} s`,
  }),
  'life.heard': message<{ seconds: number }>({ en: (c) => `heard after ${c.seconds} s`, fr: (c) => `entendu après ${c.seconds} s` }),
  'life.heard-by': message<{ seconds: number; margin: number | string; gateways: number; spreadingFactor: number | string }>({
    en: (c) =>
      `first frame after ${c.seconds} s: margin ${c.margin} dB at SF${c.spreadingFactor} on ${c.gateways} gateway${c.gateways > 1 ? 's' : ''}`,
    fr: (c) =>
      `première trame après ${c.seconds} s : marge ${c.margin} dB à SF${c.spreadingFactor} sur ${c.gateways} passerelle${c.gateways > 1 ? 's' : ''}`,
  }),
  'life.not-heard': message<{ devEui: string }>({
    en: (c) => `${c.devEui} was not heard so far: ondine device show ${c.devEui}`,
    fr: (c) => `${c.devEui} n’a pas encore été entendu : ondine device show ${c.devEui}`,
  }),
  'life.moved': message<{ devEui: string; place: string }>({
    en: (c) => `${c.devEui} is in ${c.place} now.`,
    fr: (c) => `${c.devEui} est maintenant dans ${c.place}.`,
  }),
  'life.session-kept': words('Its session goes on: it need not join again.', 'Sa session continue : il n’a pas à rejoindre le réseau.'),
  'life.session-unknown': words(
    'ChirpStack does not answer: whether its session goes on is not known yet.',
    'ChirpStack ne répond pas : on ne sait pas encore si sa session continue.',
  ),
  'life.session-none': words(
    'It has no session: it is heard once it has joined.',
    'Il n’a pas de session : on l’entendra quand il aura rejoint le réseau.',
  ),
  'life.disable': message<{ devEui: string }>({
    en: (c) => `${c.devEui} is disabled.   Back again: ondine device restore ${c.devEui}`,
    fr: (c) => `${c.devEui} est désactivé.   Pour le rétablir : ondine device restore ${c.devEui}`,
  }),
  'life.restore': message<{ devEui: string }>({
    en: (c) => `${c.devEui} is back on the network.`,
    fr: (c) => `${c.devEui} est de retour sur le réseau.`,
  }),
  'life.retire': message<{ devEui: string }>({
    en: (c) => `${c.devEui} is retired; what it measured stays with its assets.`,
    fr: (c) => `${c.devEui} est réformé ; ce qu’il a mesuré reste avec ses équipements.`,
  }),
  'life.flush-nonces': message<{ devEui: string }>({
    en: (c) => `DevNonces of ${c.devEui} are forgotten; it may join with any.`,
    fr: (c) => `Les DevNonces de ${c.devEui} sont oubliés ; il peut rejoindre avec n’importe lequel.`,
  }),

  'gateway.written': message<{ file: string }>({ en: (c) => `wrote ${c.file} (mode 0600)`, fr: (c) => `écrit ${c.file} (mode 0600)` }),
  'gateway.expires': message<{ time: string }>({ en: (c) => `valid until ${c.time}`, fr: (c) => `valable jusqu’au ${c.time}` }),
  'gateway.propose': words(
    'If one is yours, put it under its tenant in territory.yaml, then ondine plan:',
    'Si l’une est à vous, inscrivez-la sous son tenant dans territory.yaml, puis ondine plan :',
  ),
  'column.region': words('region', 'région'),
  'column.messages': words('messages', 'messages reçus'),
} as const
