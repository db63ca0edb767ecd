import { sentence } from '../sentence.ts'

/** Of the life of a device on the network: add, swap, move, disable, retire, restore. */
export const lifeSentences = {
  'life.not-delivered': sentence<{ devEui: string }>({
    kind: 'refused',
    en: (c) =>
      `Device ${c.devEui} is not in stock, and no key came with it: ask its supplier for the delivery and import it (ondine import), or scan a label that carries the key.`,
    fr: (c) =>
      `L’appareil ${c.devEui} n’est pas en stock et aucune clé ne l’accompagne : demandez la livraison au fournisseur et importez-la (ondine import), ou scannez une étiquette qui porte la clé.`,
  }),
  'life.serial-unknown': sentence<{ serial: string }>({
    kind: 'not-found',
    en: (c) => `No device has the serial number "${c.serial}": check it, or name the device by its devEui or its label.`,
    fr: (c) =>
      `Aucun appareil n’a le numéro de série « ${c.serial} » : vérifiez-le, ou désignez l’appareil par son devEui ou son étiquette.`,
  }),
  'life.serial-ambiguous': sentence<{ serial: string; devEuis: string }>({
    kind: 'conflict',
    en: (c) => `Several devices have the serial number "${c.serial}": ${c.devEuis}. Name one by its devEui.`,
    fr: (c) => `Plusieurs appareils ont le numéro de série « ${c.serial} » : ${c.devEuis}. Désignez-en un par son devEui.`,
  }),
  'life.nothing-to-swap': sentence({
    kind: 'wrong-use',
    en: () => 'Say what comes in its place: a device (devEui, serial number, --qr), a meter body (--body), or both.',
    fr: () => 'Dites ce qui vient à la place : un appareil (devEui, numéro de série, --qr), un corps de compteur (--body), ou les deux.',
  }),
  'life.asset-not-served': sentence<{ asset: string }>({
    kind: 'conflict',
    en: (c) => `No device serves "${c.asset}" now, so there is none to replace: ondine device install <devEui> ${c.asset}`,
    fr: (c) =>
      `Aucun appareil ne sert « ${c.asset} » en ce moment, il n’y en a donc pas à remplacer : ondine device install <devEui> ${c.asset}`,
  }),
  'life.several-devices': sentence<{ asset: string; served: string }>({
    kind: 'conflict',
    en: (c) => `Several devices serve "${c.asset}": ${c.served}. Say which one by its channel: --channel`,
    fr: (c) => `Plusieurs appareils servent « ${c.asset} » : ${c.served}. Dites lequel par sa voie : --channel`,
  }),
  'life.same-device': sentence<{ devEui: string; asset: string }>({
    kind: 'conflict',
    en: (c) => `Device ${c.devEui} is the one that serves "${c.asset}" already: was the label of the old one scanned?`,
    fr: (c) => `L’appareil ${c.devEui} est celui qui sert déjà « ${c.asset} » : est-ce l’étiquette de l’ancien qui a été scannée ?`,
  }),
  'life.installed-elsewhere': sentence<{ devEui: string; asset: string }>({
    kind: 'conflict',
    en: (c) => `Device ${c.devEui} is installed${c.asset === '' ? '' : ` on "${c.asset}"`}: take it from there first, or take another one.`,
    fr: (c) =>
      `L’appareil ${c.devEui} est posé${c.asset === '' ? '' : ` sur « ${c.asset} »`} : retirez-le d’abord de là, ou prenez-en un autre.`,
  }),
  'life.body-elsewhere': sentence<{ serial: string }>({
    kind: 'conflict',
    en: (c) => `The body "${c.serial}" serves another asset: check its serial number.`,
    fr: (c) => `Le corps « ${c.serial} » sert un autre équipement : vérifiez son numéro de série.`,
  }),
  'life.disabled': sentence<{ devEui: string }>({
    kind: 'conflict',
    en: (c) => `Device ${c.devEui} is disabled. If it is sound: ondine device restore ${c.devEui}`,
    fr: (c) => `L’appareil ${c.devEui} est désactivé. S’il est en bon état : ondine device restore ${c.devEui}`,
  }),
  'life.other-family': sentence<{ old: string; oldFamily: string; new: string; newFamily: string }>({
    kind: 'conflict',
    en: (c) =>
      `${c.old} is of the family ${c.oldFamily}, ${c.new} of the family ${c.newFamily}: check the device. If it is meant, say --force (force: true).`,
    fr: (c) =>
      `${c.old} est de la famille ${c.oldFamily}, ${c.new} de la famille ${c.newFamily} : vérifiez l’appareil. Si c’est voulu, dites --force (force: true).`,
  }),
  'life.model-needed': sentence<{ devEui: string; models: string }>({
    kind: 'refused',
    en: (c) => `The model of ${c.devEui} is not known${c.models === '' ? '' : `; it may be ${c.models}`}: say --model <vendor/model>.`,
    fr: (c) =>
      `Le modèle de ${c.devEui} n’est pas connu${c.models === '' ? '' : ` ; ce peut être ${c.models}`} : dites --model <fabricant/modele>.`,
  }),
  'life.other-service': sentence<{ devEui: string; service: string; of: string; asset: string }>({
    kind: 'conflict',
    en: (c) =>
      `Device ${c.devEui} is in the stock of "${c.of}", and "${c.asset}" belongs to "${c.service}". Move it first: ondine device move ${c.devEui} --service ${c.service}`,
    fr: (c) =>
      `L’appareil ${c.devEui} est au stock de « ${c.of} », et « ${c.asset} » est de « ${c.service} ». Déplacez-le d’abord : ondine device move ${c.devEui} --service ${c.service}`,
  }),
  'life.in-future': sentence<{ from: string }>({
    kind: 'refused',
    en: (c) => `${c.from} is still to come: what is done on the spot has a date that is past, or none.`,
    fr: (c) => `Le ${c.from} est encore à venir : ce qui se fait sur place a une date passée, ou aucune.`,
  }),
  'life.end-index-of-several': sentence<{ devEui: string; count: number }>({
    kind: 'refused',
    en: (c) => `Device ${c.devEui} serves ${c.count} channels, and one last index is not that of them all: retire it without.`,
    fr: (c) =>
      `L’appareil ${c.devEui} sert ${c.count} voies, et un seul dernier index n’est pas celui de toutes : réformez-le sans l’indiquer.`,
  }),
  'life.no-change': sentence<{ devEui: string; status: string }>({
    kind: 'conflict',
    en: (c) => `Device ${c.devEui} is ${c.status} already.`,
    fr: (c) => `L’appareil ${c.devEui} est déjà dans cet état (${c.status}).`,
  }),
  'life.retired': sentence<{ devEui: string }>({
    kind: 'conflict',
    en: (c) => `Device ${c.devEui} is retired. To use it again: ondine device restore ${c.devEui}`,
    fr: (c) => `L’appareil ${c.devEui} est réformé. Pour le réutiliser : ondine device restore ${c.devEui}`,
  }),
  'life.known-already': sentence<{ devEui: string; status: string }>({
    kind: 'conflict',
    en: (c) => `Device ${c.devEui} is known already (${c.status}): ondine device show ${c.devEui}`,
    fr: (c) => `L’appareil ${c.devEui} est déjà connu (${c.status}) : ondine device show ${c.devEui}`,
  }),
  'life.on-network': sentence<{ devEui: string }>({
    kind: 'conflict',
    en: (c) => `Device ${c.devEui} is on the network already, though not in the inventory: ondine adopt takes it in.`,
    fr: (c) => `L’appareil ${c.devEui} est déjà sur le réseau, mais pas à l’inventaire : ondine adopt l’y fait entrer.`,
  }),
  'life.not-on-network': sentence<{ devEui: string }>({
    kind: 'conflict',
    en: (c) => `Device ${c.devEui} is not on the network: look in ChirpStack who deleted it, then import its delivery again.`,
    fr: (c) => `L’appareil ${c.devEui} n’est pas sur le réseau : voyez dans ChirpStack qui l’a supprimé, puis réimportez sa livraison.`,
  }),
  'life.keys-missing': sentence<{ devEui: string; needed: string }>({
    kind: 'refused',
    en: (c) => `Device ${c.devEui} joins with ${c.needed}: give it by a label that carries it, or when asked (--keys).`,
    fr: (c) =>
      `L’appareil ${c.devEui} rejoint le réseau avec ${c.needed} : donnez-la par une étiquette qui la porte, ou à la demande (--keys).`,
  }),
  'life.keys-weak': sentence<{ devEui: string; weakness: string }>({
    kind: 'refused',
    en: (c) =>
      `The key of ${c.devEui} protects nothing (${c.weakness}). Ask the supplier for another; if it must be this one: --accept-weak-keys`,
    fr: (c) =>
      `La clé de ${c.devEui} ne protège rien (${c.weakness}). Demandez-en une autre au fournisseur ; si ce doit être celle-ci : --accept-weak-keys`,
  }),
  'life.abp': sentence<{ devEui: string; model: string }>({
    kind: 'refused',
    en: (c) => `${c.model} does not join by OTAA: ${c.devEui} must be activated by hand in ChirpStack, then adopted (ondine adopt).`,
    fr: (c) => `${c.model} ne rejoint pas en OTAA : ${c.devEui} doit être activé à la main dans ChirpStack, puis adopté (ondine adopt).`,
  }),
  'life.two-devices': sentence({
    kind: 'wrong-use',
    en: () => 'Name the device once: by its devEui, by its serial number, or by its label.',
    fr: () => 'Désignez l’appareil une seule fois : par son devEui, son numéro de série ou son étiquette.',
  }),
  'life.other-tenant-history': sentence<{ devEui: string; tenant: string }>({
    kind: 'conflict',
    en: (c) =>
      `Device ${c.devEui} has served assets of "${c.tenant}", whose history names it: it cannot change its tenant. Retire it there, and take another one.`,
    fr: (c) =>
      `L’appareil ${c.devEui} a servi des équipements de « ${c.tenant} », dont l’historique le nomme : il ne peut pas changer de tenant. Réformez-le et prenez-en un autre.`,
  }),
  'life.move-installed': sentence<{ devEui: string; asset: string }>({
    kind: 'conflict',
    en: (c) => `Device ${c.devEui} serves "${c.asset}", which stays where it is: swap or retire the device there before moving it.`,
    fr: (c) => `L’appareil ${c.devEui} sert « ${c.asset} », qui reste où il est : remplacez ou réformez l’appareil avant de le déplacer.`,
  }),
  'life.there-already': sentence<{ devEui: string; place: string }>({
    kind: 'conflict',
    en: (c) => `Device ${c.devEui} is in ${c.place} already.`,
    fr: (c) => `L’appareil ${c.devEui} est déjà dans ${c.place}.`,
  }),
  'life.service-unknown': sentence<{ service: string; tenant: string; services: string }>({
    kind: 'refused',
    en: (c) => `Tenant "${c.tenant}" has no service "${c.service}"; it has: ${c.services || 'none'}.`,
    fr: (c) => `Le tenant « ${c.tenant} » n’a pas de service « ${c.service} » ; il a : ${c.services || 'aucun'}.`,
  }),
  'life.no-application': sentence<{ place: string }>({
    kind: 'refused',
    en: (c) => `Which ChirpStack application ${c.place} is, is not known here: put it into territory.yaml and apply, or ondine adopt.`,
    fr: (c) =>
      `L’application ChirpStack de ${c.place} n’est pas connue ici : inscrivez-la dans territory.yaml puis ondine apply, ou ondine adopt.`,
  }),
  'life.nonces-not-proven': sentence<{ devEui: string }>({
    kind: 'refused',
    en: (c) =>
      `Nothing proves that ${c.devEui} reused a DevNonce: no OTAA log of it is the last one heard. Nonces protect against replayed joins; if they must go all the same: --force (force: true).`,
    fr: (c) =>
      `Rien ne prouve que ${c.devEui} a réutilisé un DevNonce : son dernier journal n’est pas un OTAA. Les nonces protègent contre le rejeu ; s’il faut les effacer quand même : --force (force: true).`,
  }),
  'life.swap-unknown': sentence<{ number: string }>({
    kind: 'not-found',
    en: (c) => `There is no swap with the number ${c.number}: ondine jobs lists them.`,
    fr: (c) => `Aucun remplacement ne porte le numéro ${c.number} : ondine jobs les liste.`,
  }),
  'life.undo-too-late': sentence<{ number: string; until: string }>({
    kind: 'conflict',
    en: (c) => `Swap ${c.number} could be undone until ${c.until}: swap the devices again instead.`,
    fr: (c) => `Le remplacement ${c.number} pouvait être annulé jusqu’au ${c.until} : remplacez à nouveau les appareils.`,
  }),
  'life.undo-changed': sentence<{ number: string; devEui: string }>({
    kind: 'conflict',
    en: (c) => `${c.devEui} is no longer as swap ${c.number} left it (undone already, swapped again, retired …): nothing is undone.`,
    fr: (c) =>
      `${c.devEui} n’est plus comme le remplacement ${c.number} l’a laissé (déjà annulé, remplacé, réformé …) : rien n’est annulé.`,
  }),
  'life.undo-unfinished': sentence<{ number: string }>({
    kind: 'conflict',
    en: (c) => `Swap ${c.number} has not bound its device yet: stop it (ondine jobs stop ${c.number}), there is nothing to undo.`,
    fr: (c) =>
      `Le remplacement ${c.number} n’a pas encore posé son appareil : arrêtez-le (ondine jobs stop ${c.number}), il n’y a rien à annuler.`,
  }),
  'life.changed-meanwhile': sentence<{ devEui: string }>({
    kind: 'conflict',
    en: (c) => `${c.devEui} was changed by somebody else in the same moment: look at it (ondine device show ${c.devEui}) and try again.`,
    fr: (c) =>
      `${c.devEui} a été modifié par quelqu’un d’autre au même moment : regardez-le (ondine device show ${c.devEui}) et recommencez.`,
  }),
}
