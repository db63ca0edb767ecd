import { message, type Words } from '../message.ts'

const words = (en: string, fr: string): Words => ({ en, fr })

/** What `ondine init` says, help included. */
export const territoryWords = {
  'help.init': words(
    'begin a territory: a folder of what shall be on the network',
    'commencer un territoire : un dossier de ce qui doit être sur le réseau',
  ),
  'help.arg-territory-folder': words('folder of the territory; made if it is not there', 'dossier du territoire ; créé s’il n’existe pas'),
  'help.opt-init-tenant': words(
    'whose network it is, e.g. tours (else the name of the folder)',
    'à qui est le réseau, par ex. tours (sinon le nom du dossier)',
  ),
  'help.opt-init-service': words('its first service', 'son premier service'),
  'init.made': message<{ path: string }>({ en: (c) => `made ${c.path}`, fr: (c) => `créé ${c.path}` }),
  'init.next': words(
    'Next: write your tenants and gateways into territory.yaml, then ondine import <delivery> --territory <folder>, ondine plan <folder>. ondine.yaml, the server’s own configuration, is written by hand: ondine config schema.',
    'Ensuite : écrivez tenants et passerelles dans territory.yaml, puis ondine import <livraison> --territory <dossier>, ondine plan <dossier>. ondine.yaml, la configuration du serveur, s’écrit à la main : ondine config schema.',
  ),
  'init.there': message<{ folder: string; tenants: number; services: number }>({
    en: (c) => `${c.folder} is a territory already (tenants: ${c.tenants}, services: ${c.services}); none of its files is written anew.`,
    fr: (c) => `${c.folder} est déjà un territoire (tenants : ${c.tenants}, services : ${c.services}) ; aucun fichier n’est réécrit.`,
  }),
  'init.filled': words(
    'recipient: filled in from the server: keys of deliveries are encrypted to it.',
    'recipient : rempli par le serveur ; les clés des livraisons sont chiffrées pour lui.',
  ),
  'init.no-recipient': words(
    'No server was there to ask for its recipient, without which ondine import writes no keys: once it runs, repeat ondine init (with --url where it is elsewhere).',
    'Aucun serveur n’a donné son recipient, sans lequel ondine import n’écrit pas de clés : quand il tourne, refaites ondine init (avec --url s’il est ailleurs).',
  ),
  'init.differs': words(
    'The recipient in territory.yaml is not this server’s: it cannot read keys of deliveries imported here. Is it the right server?',
    'Le recipient de territory.yaml n’est pas celui de ce serveur : il ne pourra pas lire les clés importées ici. Est-ce le bon serveur ?',
  ),
}
