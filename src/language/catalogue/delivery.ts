import { message, type Words } from '../message.ts'

const words = (en: string, fr: string): Words => ({ en, fr })

/** What `ondine import` says, help included. */
export const deliveryWords = {
  'help.import': words('take over a supplier’s file of devices and keys', 'reprendre le fichier d’un fournisseur : appareils et clés'),
  'help.arg-delivery': words(
    'CSV, XLSX, JSON or XML as the supplier sent it, or one of them encrypted with age',
    'CSV, XLSX, JSON ou XML tel que reçu, éventuellement chiffré avec age',
  ),
  'help.opt-supplier': words(
    'whose file it is: its columns are kept under this name for the next one (else recognised)',
    'de qui il vient : ses colonnes sont gardées sous ce nom pour la fois suivante (sinon reconnu)',
  ),
  'help.opt-delivery-model': words('model of the devices, vendor/model', 'modèle des appareils, vendeur/modele'),
  'help.opt-delivery-tenant': words('whose devices they are', 'à qui sont les appareils'),
  'help.opt-delivery-service': words('service they are for (else that of the model)', 'service auquel ils servent (sinon celui du modèle)'),
  'help.opt-check': words('only look: nothing is written', 'regarder seulement : rien n’est écrit'),
  'help.opt-accept-weak-keys': words(
    'take devices whose key is zero, repeated, made of the EUI or well known',
    'prendre aussi les appareils dont la clé est nulle, répétée, faite de l’EUI ou publique',
  ),
  'help.opt-identity': words('age key file, for encrypted deliveries', 'fichier de clé age, pour les livraisons chiffrées'),
  'help.opt-keys': words('another file with the keys, joined by devEui', 'un autre fichier avec les clés, rapproché par devEui'),
  'help.opt-sheet': words(
    'the sheet with the devices (else every one that has some)',
    'la feuille des appareils (sinon toutes celles qui en ont)',
  ),
  'help.opt-reversed': words(
    'EUIs that look byte-reversed: hold (leave them out), keep (take them as written) or turn',
    'EUI qui semblent inversés : hold (les laisser de côté), keep (les prendre tels quels) ou turn (les retourner)',
  ),
  'help.opt-territory': words('folder of territory.yaml (else this one)', 'dossier de territory.yaml (sinon celui-ci)'),
  'help.opt-replace-delivery': words(
    'put this in the place of the former import of that name, its keys included; refused where it lacks devices of it',
    'mettre ceci à la place de l’import précédent de ce nom, clés comprises ; refusé s’il y manque de ses appareils',
  ),
  'help.opt-drop-missing': words(
    'with --replace: do without the devices that are not in this file; their keys are lost',
    'avec --replace : se passer des appareils absents de ce fichier ; leurs clés sont perdues',
  ),
  'help.opt-delivery-name': words(
    'name of the delivery’s files (else that of the file)',
    'nom des fichiers de la livraison (sinon celui du fichier)',
  ),
  'delivery.read': words('read', 'lu'),
  'delivery.columns': words('columns', 'colonnes'),
  'delivery.refused': words('refused', 'refusé'),
  'delivery.flagged': words('flagged', 'signalé'),
  'delivery.held': words('held', 'retenu'),
  'delivery.compared': words('compared', 'comparé'),
  'delivery.dropped': words('dropped', 'retiré'),
  'delivery.dropped-devices': message<{ count: string; isOne: number; file: string; first: string }>({
    en: (c) => `${c.count} device${c.isOne ? '' : 's'} of ${c.file} not in this file, and their keys (first: ${c.first})`,
    fr: (c) =>
      `${c.count} appareil${c.isOne ? '' : 's'} de ${c.file} absent${c.isOne ? '' : 's'} de ce fichier, avec leurs clés (premier : ${c.first})`,
  }),
  'delivery.wrote': words('wrote', 'écrit'),
  'delivery.kept': words('kept', 'gardé'),
  'delivery.next': words('next', 'suite'),
  'delivery.rows': message<{ count: string; isOne: number }>({
    en: (c) => `${c.count} row${c.isOne ? '' : 's'}`,
    fr: (c) => `${c.count} ligne${c.isOne ? '' : 's'}`,
  }),
  'delivery.titles-on': message<{ line: number }>({ en: (c) => `titles on line ${c.line}`, fr: (c) => `titres en ligne ${c.line}` }),
  'delivery.no-titles': words('no titles: columns told by their content', 'sans titres : colonnes reconnues à leur contenu'),
  'delivery.tab': words('tab', 'tabulation'),
  'delivery.sheets': message<{ sheets: string }>({ en: (c) => `sheets ${c.sheets}`, fr: (c) => `feuilles ${c.sheets}` }),
  'delivery.from-supplier': message<{ supplier: string }>({ en: (c) => `supplier ${c.supplier}`, fr: (c) => `fournisseur ${c.supplier}` }),
  'delivery.left-out': message<{ columns: string }>({ en: (c) => `left out: ${c.columns}`, fr: (c) => `laissées : ${c.columns}` }),
  'delivery.key-under-nwk-key': words(
    '(LoRaWAN 1.0: the AppKey under the name of the NwkKey)',
    '(LoRaWAN 1.0 : l’AppKey sous le nom de NwkKey)',
  ),
  'delivery.line': message<{ place: string }>({ en: (c) => `line ${c.place}:`, fr: (c) => `ligne ${c.place} :` }),
  'delivery.held-rows': message<{ count: string }>({
    en: (c) => `${c.count} of them left out until --reversed says what they are`,
    fr: (c) => `dont ${c.count} laissées de côté tant que --reversed ne dit pas ce qu’elles sont`,
  }),
  'delivery.with-inventory': message<{ devices: string }>({
    en: (c) => `with ${c.devices} devices of the inventory and of this territory’s tables`,
    fr: (c) => `avec ${c.devices} appareils de l’inventaire et des tables de ce territoire`,
  }),
  'delivery.with-tables': message<{ devices: string }>({
    en: (c) => `with ${c.devices} devices of this territory’s tables; no server was asked`,
    fr: (c) => `avec ${c.devices} appareils des tables de ce territoire ; aucun serveur interrogé`,
  }),
  'delivery.table': message<{ file: string; devices: string }>({
    en: (c) => `${c.file} (${c.devices} devices, no key in it)`,
    fr: (c) => `${c.file} (${c.devices} appareils, sans clé)`,
  }),
  'delivery.report': message<{ file: string }>({ en: (c) => `report ${c.file}`, fr: (c) => `rapport ${c.file}` }),
  'delivery.nothing': words('nothing', 'rien'),
  'delivery.nothing-taken': words('no device is taken', 'aucun appareil n’est pris'),
  'delivery.all-good': message<{ count: string }>({
    en: (c) => `${c.count} devices can be taken`,
    fr: (c) => `${c.count} appareils peuvent être pris`,
  }),
  'delivery.good': words('good', 'bon'),
}
