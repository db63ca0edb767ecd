import type { Words } from '../message.ts'

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
  'help.arg-model': { en: 'vendor/model', fr: 'vendeur/modele' },
  'help.codec-lint': {
    en: 'what is wrong with a model, or should be looked at',
    fr: 'ce qui ne va pas dans un modèle, ou mérite un regard',
  },
  'help.arg-model-path': {
    en: 'vendor/model, vendor, or a folder; left out: all',
    fr: 'vendeur/modele, vendeur ou un dossier ; sinon tous',
  },
  'help.opt-codecs': {
    en: 'folder of models (else ./codecs, else the shipped ones)',
    fr: 'dossier des modèles (sinon ./codecs, sinon ceux du programme)',
  },
  'help.opt-watch': {
    en: 'run again whenever a file changes (Ctrl-C ends)',
    fr: 'relancer à chaque changement de fichier (Ctrl-C pour finir)',
  },
} satisfies Record<string, Words>
