import { message, type Words } from '../message.ts'

/** What `--help` says of the commands for those who write codecs. */
export const codecHelpWords = {
  'help.codec-test': {
    en: 'run a model’s examples; say what differs and why',
    fr: 'essayer les exemples d’un modèle ; dire ce qui diffère et pourquoi',
  },
  'help.codec-reload': {
    en: 'take up models that changed on the server’s disk',
    fr: 'prendre en compte les modèles modifiés sur le serveur',
  },
  'help.codec-enable': { en: 'run a disabled codec again', fr: 'réactiver un codec désactivé' },
  'help.codec-new': {
    en: 'make the folder of a new model, which passes its tests',
    fr: 'créer le dossier d’un nouveau modèle, qui passe ses tests',
  },
  'help.opt-family': { en: 'what kind of device: water-meter, indoor …', fr: 'type d’appareil : water-meter, indoor …' },
  'help.opt-title': { en: 'name for people: vendor, then product', fr: 'nom affiché : fabricant, puis produit' },
  'help.codec-bench': { en: 'how fast models decode, beside the others', fr: 'vitesse de décodage des modèles, à côté des autres' },
  'help.opt-seconds': { en: 'seconds for each model, 0.1 to 60', fr: 'secondes par modèle, 0.1 à 60' },
  'help.codec-docs': { en: 'a page per model, in Markdown', fr: 'une page par modèle, en Markdown' },
  'help.codec-schema': { en: 'JSON Schemas of a model’s files, for editors', fr: 'schémas JSON des fichiers d’un modèle, pour éditeurs' },
  'help.arg-schema': {
    en: 'vocabulary: every name, unit, family, flag and command; left out: the schemas',
    fr: 'vocabulary : noms, unités, familles, réserves et commandes ; sinon les schémas',
  },
  'help.opt-out-folder': { en: 'folder to write to; left out: print', fr: 'dossier où écrire ; sinon afficher' },
  'help.arg-model': { en: 'vendor/model', fr: 'fabricant/modele' },
  'help.codec-lint': {
    en: 'what is wrong with a model, or should be looked at',
    fr: 'ce qui ne va pas dans un modèle, ou mérite un regard',
  },
  'help.arg-model-path': {
    en: 'vendor/model, vendor, or a folder; left out: all',
    fr: 'fabricant/modele, fabricant ou un dossier ; sinon tous',
  },
  'help.opt-codecs': {
    en: 'folder of models (else ./codecs, else the shipped ones)',
    fr: 'dossier des modèles (sinon ./codecs, sinon ceux du programme)',
  },
  'help.opt-watch': {
    en: 'run again whenever a file changes (Ctrl-C ends)',
    fr: 'relancer à chaque changement de fichier (Ctrl-C pour finir)',
  },
  'help.codec-decode': { en: 'what a frame says, with its units', fr: 'ce que dit une trame, avec les unités' },
  'help.codec-encode': { en: 'the bytes of a command', fr: 'les octets d’une commande' },
  'help.arg-encode-data': { en: 'the encoder’s input: JSON, or name=value …', fr: 'l’entrée de l’encodeur : JSON, ou nom=valeur …' },
  'help.opt-frame-time': { en: 'when the frame came (ISO 8601); left out: now', fr: 'heure de réception (ISO 8601) ; sinon maintenant' },
  'help.opt-variables': {
    en: 'name=value, a ChirpStack variable of the device; may be repeated',
    fr: 'nom=valeur, variable ChirpStack du capteur ; répétable',
  },
  'help.opt-parameters': {
    en: 'name=value, a parameter of the installation; may be repeated',
    fr: 'nom=valeur, paramètre de pose ; répétable',
  },
  'help.opt-firmware': { en: 'the device’s firmware, for a model with variants', fr: 'firmware du capteur, pour un modèle à variantes' },
  'help.opt-batch': {
    en: 'JSON lines on standard input, one JSON line out for each',
    fr: 'lignes JSON sur l’entrée standard, une ligne JSON rendue pour chacune',
  },
  'help.opt-codec-file': { en: 'a bare codec file, without a model', fr: 'un fichier de codec seul, sans modèle' },
  'help.opt-command': { en: 'a standard command: dim, switch, open …', fr: 'une commande standard : dim, switch, open …' },
  'help.opt-command-field': message<{ field: string }>({
    en: (c) => `${c.field} of the standard command`,
    fr: (c) => `${c.field} de la commande standard`,
  }),
} satisfies Record<string, Words | ReturnType<typeof message<{ field: string }>>>
