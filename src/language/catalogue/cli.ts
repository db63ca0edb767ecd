import { message, type Words } from '../message.ts'

const words = (en: string, fr: string): Words => ({ en, fr })

/** What the command line says beside help and errors. */
export const cliWords = {
  // Wrong use
  'use.unknown-command': message<{ what: string }>({
    en: (c) => `There is no command "${c.what}".`,
    fr: (c) => `La commande « ${c.what} » n’existe pas.`,
  }),
  'use.unknown-option': message<{ what: string }>({
    en: (c) => `There is no option ${c.what} here.`,
    fr: (c) => `L’option ${c.what} n’existe pas ici.`,
  }),
  'use.missing-argument': message<{ what: string }>({
    en: (c) => `Something is missing: ${c.what}.`,
    fr: (c) => `Il manque : ${c.what}.`,
  }),
  'use.missing-value': message<{ what: string }>({
    en: (c) => `A value is missing after ${c.what}.`,
    fr: (c) => `Il manque une valeur après ${c.what}.`,
  }),
  'use.missing-option': message<{ what: string }>({
    en: (c) => `The option ${c.what} is needed.`,
    fr: (c) => `L’option ${c.what} est nécessaire.`,
  }),
  'use.invalid-value': message<{ what: string; value: string }>({
    en: (c) => `${c.what} does not take "${c.value}".`,
    fr: (c) => `${c.what} n’accepte pas « ${c.value} ».`,
  }),
  'use.invalid-choice': message<{ what: string; value: string; choices: string }>({
    en: (c) => `${c.what} does not take "${c.value}". It takes: ${c.choices}.`,
    fr: (c) => `${c.what} n’accepte pas « ${c.value} ». Valeurs possibles : ${c.choices}.`,
  }),
  'use.too-many': words('There are too many arguments.', 'Il y a trop d’arguments.'),
  'use.bad-pair': message<{ text: string }>({
    en: (c) => `"${c.text}" is not name=value.`,
    fr: (c) => `« ${c.text} » n’est pas de la forme nom=valeur.`,
  }),
  'use.suggestion': message<{ what: string }>({ en: (c) => `Did you mean ${c.what}?`, fr: (c) => `Vouliez-vous dire ${c.what} ?` }),
  'use.see-help': message<{ command: string }>({ en: (c) => `Help: ${c.command} --help`, fr: (c) => `Aide : ${c.command} --help` }),
  'error.debug': words('With --debug, it is shown where this comes from.', 'Avec --debug, l’origine est montrée.'),

  // Tables
  'column.devEui': words('devEui', 'devEui'),
  'column.asset': words('asset', 'équipement'),
  'column.service': words('service', 'service'),
  'column.tenant': words('tenant', 'tenant'),
  'column.model': words('model', 'modèle'),
  'column.status': words('status', 'état'),
  'column.last-seen': words('last seen', 'vu le'),
  'column.gateway': words('gateway', 'passerelle'),
  'column.name': words('name', 'nom'),
  'column.position': words('position', 'position'),
  'column.time': words('time', 'heure'),
  'column.values': words('values', 'valeurs'),
  'column.number': words('number', 'numéro'),
  'column.reason': words('reason', 'motif'),
  'column.detail': words('detail', 'précision'),
  'column.advice': words('what mends it', 'remède'),
  'column.order': words('order', 'ordre'),
  'column.state': words('state', 'état'),
  'column.until': words('effect ends', 'fin de l’effet'),
  'column.requested-by': words('by', 'par'),
  'column.requested-at': words('asked', 'demandé'),
  'column.version': words('version', 'version'),
  'column.commands': words('orders', 'ordres'),
  'column.parameters': words('parameters', 'paramètres'),
  'column.account': words('account', 'compte'),
  'column.role': words('role', 'rôle'),
  'column.limits': words('limited to', 'limité à'),
  'column.expires': words('ends', 'fin'),
  'table.none': words('Nothing matches.', 'Aucun résultat.'),
  'table.more': message<{ cursor: string }>({
    en: (c) => `There are more: --cursor ${c.cursor}`,
    fr: (c) => `Il y en a d’autres : --cursor ${c.cursor}`,
  }),
  'device.in stock': words('in stock', 'en stock'),
  'device.installed': words('installed', 'posé'),
  'device.disabled': words('disabled', 'désactivé'),
  'device.retired': words('retired', 'réformé'),
  never: words('never', 'jamais'),
  'whole-server': words('whole server', 'tout le serveur'),

  // Start
  'start.broker': words('broker', 'broker'),
  'start.api': words('API', 'API'),
  'start.store': words('store', 'base'),
  'start.fleet': message<{ devices: number; gateways: number; services: number }>({
    en: (c) => `fleet  ${c.devices} devices, ${c.gateways} gateways, ${c.services} services`,
    fr: (c) => `parc  ${c.devices} appareils, ${c.gateways} passerelles, ${c.services} services`,
  }),
  'start.port-taken': message<{ wanted: number; used: number }>({
    en: (c) => `port ${c.wanted} is taken: using ${c.used}`,
    fr: (c) => `le port ${c.wanted} est pris : ${c.used} est utilisé`,
  }),
  'start.first-reading': message<{ seconds: string }>({
    en: (c) => `first reading after ${c.seconds} s`,
    fr: (c) => `premier relevé après ${c.seconds} s`,
  }),
  'start.next': words('Next, in another terminal:', 'Ensuite, dans un autre terminal :'),
  'start.end': words('Ctrl-C stops the server.', 'Ctrl-C arrête le serveur.'),
  'start.stopping': words('Stopping.', 'Arrêt.'),

  // Status
  'status.server': message<{ version: string; since: string }>({
    en: (c) => `ondine ${c.version}, running since ${c.since}`,
    fr: (c) => `ondine ${c.version}, en marche depuis ${c.since}`,
  }),
  'status.simulated': words('SIMULATED NETWORK - no radio, no ChirpStack needed', 'RÉSEAU SIMULÉ - ni radio, ni ChirpStack'),
  'status.devices': words('devices', 'appareils'),
  'status.gateways': words('gateways', 'passerelles'),
  'status.dead-letters': words('frames kept aside', 'trames mises de côté'),
  'status.last-reading': words('last reading', 'dernier relevé'),
  'status.store': words('store', 'base'),
  'status.topics': words('topics', 'topics'),
  'status.backlog': words('waiting', 'en attente'),
  'status.nothing-waits': words('nothing', 'rien'),

  // Doctor
  'doctor.unreachable': message<{ url: string; reason: string }>({
    en: (c) => `No answer from ${c.url} (${c.reason})`,
    fr: (c) => `Pas de réponse de ${c.url} (${c.reason})`,
  }),
  'doctor.start': words('start it: npx ondine start', 'démarrez-le : npx ondine start'),
  'doctor.config-right': words('The configuration is right', 'La configuration est correcte'),
  'doctor.local-only': words(
    'Without the server only the configuration can be checked: broker, ChirpStack and store are not visible from here.',
    'Sans le serveur, seule la configuration se vérifie : broker, ChirpStack et base ne sont pas visibles d’ici.',
  ),

  // Configuration
  'config.right': words('The configuration is right.', 'La configuration est correcte.'),

  // Orders
  'order.accepted': message<{ number: string; what: string; asset: string }>({
    en: (c) => `Order ${c.number} accepted: ${c.what} - ${c.asset}`,
    fr: (c) => `Ordre ${c.number} accepté : ${c.what} - ${c.asset}`,
  }),
  'order.now': message<{ expires: string }>({
    en: (c) => `sent as soon as the device listens, not after ${c.expires}`,
    fr: (c) => `envoyé dès que l’appareil écoute, pas après ${c.expires}`,
  }),
  'order.not-before': message<{ from: string; expires: string }>({
    en: (c) => `sent from ${c.from} on, not after ${c.expires}`,
    fr: (c) => `envoyé à partir de ${c.from}, pas après ${c.expires}`,
  }),
  'order.until': message<{ until: string }>({ en: (c) => `the effect ends ${c.until}`, fr: (c) => `l’effet prend fin ${c.until}` }),
  'order.endless': words('it stays so until another order', 'cela reste ainsi jusqu’à un autre ordre'),
  'order.follow': message<{ number: string }>({
    en: (c) => `ondine command show ${c.number}`,
    fr: (c) => `ondine command show ${c.number}`,
  }),
  'order.dim': message<{ level: number }>({ en: (c) => `dim to ${c.level} %`, fr: (c) => `lumière à ${c.level} %` }),
  'order.resume': words('back to its own program', 'retour à son propre programme'),
  'order.switch-on': words('switch on', 'allumer'),
  'order.switch-off': words('switch off', 'éteindre'),
  'order.open': message<{ minutes: number }>({ en: (c) => `open for ${c.minutes} min`, fr: (c) => `ouvrir ${c.minutes} min` }),
  'order.close': words('close', 'fermer'),
  'order.set-interval': message<{ seconds: number }>({
    en: (c) => `report every ${c.seconds} s`,
    fr: (c) => `relever toutes les ${c.seconds} s`,
  }),
  'order.set-clock': message<{ time: string }>({ en: (c) => `set its clock to ${c.time}`, fr: (c) => `mettre son horloge à ${c.time}` }),
  'order.request-status': words('ask for its status', 'demander son état'),
  'order.reboot': words('restart', 'redémarrer'),
  'order.raw': message<{ fPort: number; hex: string }>({
    en: (c) => `bytes ${c.hex} on fPort ${c.fPort}`,
    fr: (c) => `octets ${c.hex} sur fPort ${c.fPort}`,
  }),
  'state.accepted': words('accepted', 'accepté'),
  'state.sending': words('being handed over', 'en cours de remise'),
  'state.queued': words('in the network’s queue', 'dans la file du réseau'),
  'state.transmitted': words('sent by a gateway', 'émis par une passerelle'),
  'state.acknowledged': words('confirmed by the device', 'confirmé par l’appareil'),
  'state.expired': words('expired, not sent', 'expiré, non envoyé'),
  'state.refused': words('refused by the network', 'refusé par le réseau'),
  'state.failed': words('failed, not confirmed', 'échoué, non confirmé'),
  'state.cancelled': words('cancelled', 'annulé'),

  // Tokens
  'token.created': message<{ name: string; role: string }>({
    en: (c) => `Token for ${c.name} (${c.role}). It is shown this once:`,
    fr: (c) => `Jeton pour ${c.name} (${c.role}). Il n’est montré qu’une fois :`,
  }),
  'token.roles': words('Roles, and what each may do:', 'Rôles, et ce que chacun peut faire :'),
  'action.read': words('see inventory, readings and orders', 'voir l’inventaire, les relevés et les ordres'),
  'action.install': words('install devices', 'poser des appareils'),
  'action.order': words('send orders', 'envoyer des ordres'),
  'action.manage': words('change the inventory', 'modifier l’inventaire'),
  'action.prune': words('delete from the network', 'supprimer du réseau'),
  'action.replay': words('decode frames of the past again', 'rejouer les trames du passé'),
  'action.administrate': words('make and end tokens', 'créer et retirer des jetons'),
  'token.revoked': message<{ name: string }>({
    en: (c) => `The token of ${c.name} is refused from now on.`,
    fr: (c) => `Le jeton de ${c.name} est refusé dès maintenant.`,
  }),

  // Details
  'detail.installed': words('installed', 'posé'),
  'detail.serial': words('serial number', 'numéro de série'),
  'detail.firmware': words('firmware', 'firmware'),
  'detail.joined': words('joined', 'activé'),
  'detail.not-installed': words('not installed', 'non posé'),
  'device.published': message<{ asset: string; slug: string }>({
    en: (c) => `${c.asset} is published as ${c.slug}.`,
    fr: (c) => `${c.asset} est publié sous le nom ${c.slug}.`,
  }),
  'detail.send-before': words('send before', 'à envoyer avant'),
  'detail.return-order': words('return order', 'ordre de retour'),
  'detail.return-of': words('return of', 'retour de l’ordre'),
  'detail.reason': words('reason', 'motif'),
  'detail.device': words('device', 'appareil'),
  'detail.bytes': words('bytes', 'octets'),
  'reading.gateways': message<{ count: number }>({
    en: (c) => `${c.count} ${c.count === 1 ? 'gateway ' : 'gateways'}`,
    fr: (c) => `${c.count} ${c.count > 1 ? 'passerelles' : 'passerelle '}`,
  }),
  'reading.margin': message<{ margin: number }>({ en: (c) => `margin ${c.margin} dB`, fr: (c) => `marge ${c.margin} dB` }),
}
