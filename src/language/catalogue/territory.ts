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
  'init.config-about': words(
    'What this server works with. It holds secrets: it is for its owner alone, and not for Git. All settings: ondine config schema',
    'Ce avec quoi ce serveur travaille. Contient des secrets : pour son propriétaire seul, et pas pour Git. Tous les réglages : ondine config schema',
  ),
  'init.which-network': words('Which network is this server for?', 'Pour quel réseau ce serveur travaille-t-il ?'),
  'init.network-chirpstack': words('a ChirpStack', 'un ChirpStack'),
  'init.network-simulated': words('the simulated one, to try things out', 'le réseau simulé, pour essayer'),
  'init.chirpstack-url': words('Address of ChirpStack', 'Adresse de ChirpStack'),
  'init.chirpstack-token': words(
    'API key of ChirpStack (not shown; make one under API keys)',
    'Clé d’API de ChirpStack (non affichée ; à créer sous API keys)',
  ),
  'init.broker-url': words('Broker that ChirpStack publishes to', 'Broker sur lequel ChirpStack publie'),
  'init.username': words('User name (empty: none)', 'Nom d’utilisateur (vide : aucun)'),
  'init.password': words('Password (not shown)', 'Mot de passe (non affiché)'),
  'init.store': words('Where are readings kept?', 'Où garder les relevés ?'),
  'init.store-sqlite': words('here, embedded (SQLite)', 'ici, intégré (SQLite)'),
  'init.store-url': words('Address of InfluxDB', 'Adresse d’InfluxDB'),
  'init.store-org': words('Organisation in InfluxDB', 'Organisation dans InfluxDB'),
  'init.store-bucket': words('Bucket for readings', 'Bucket des relevés'),
  'init.store-database': words('Database', 'Base de données'),
  'init.store-token': words('Token (not shown)', 'Jeton (non affiché)'),
  'init.works': words('It answers, and takes that.', 'Il répond et accepte.'),
  'init.keep': words('Keep it as it is all the same?', 'Le garder tel quel malgré tout ?'),
  'init.again': words('No, ask again', 'Non, redemander'),
  'init.needed': words('This is needed.', 'C’est nécessaire.'),
  'init.bad-address': message<{ protocols: string }>({
    en: (c) => `An address that begins with ${c.protocols}, without a user name in it`,
    fr: (c) => `Une adresse qui commence par ${c.protocols}, sans nom d’utilisateur`,
  }),
  'init.config-made': message<{ path: string }>({
    en: (c) => `made ${c.path} (mode 0600: it holds secrets)`,
    fr: (c) => `créé ${c.path} (mode 0600 : il contient des secrets)`,
  }),
  'init.next-start': words(
    'next   ondine start, and beside it: ondine doctor, ondine init (so that keys can be encrypted), ondine import <delivery>',
    'suite  ondine start, et à côté : ondine doctor, ondine init (pour pouvoir chiffrer les clés), ondine import <livraison>',
  ),
  'init.made': message<{ path: string }>({ en: (c) => `made ${c.path}`, fr: (c) => `créé ${c.path}` }),
  'init.next': words(
    'Next: write your tenants and gateways into territory.yaml, then ondine import <delivery> --territory <folder>, ondine plan <folder>. ondine.yaml, the server’s own configuration, is asked for by ondine init at a terminal where there is none.',
    'Ensuite : écrivez tenants et passerelles dans territory.yaml, puis ondine import <livraison> --territory <dossier>, ondine plan <dossier>. ondine.yaml, la configuration du serveur, est demandée par ondine init dans un terminal quand elle manque.',
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
