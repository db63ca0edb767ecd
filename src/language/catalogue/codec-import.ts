import { message } from '../message.ts'

/** What `ondine codec import` and `ondine codec export` say, help included. */
export const codecImportWords = {
  'help.codec-import': {
    en: 'take over the devices of a public catalogue of codecs',
    fr: 'reprendre les appareils d’un catalogue public de codecs',
  },
  'help.arg-catalogue': {
    en: 'folder of a checkout: ChirpStack, The Things Network, Actility, Watteco or Milesight',
    fr: 'dossier d’un dépôt : ChirpStack, The Things Network, Actility, Watteco ou Milesight',
  },
  'help.opt-layout': { en: 'kind of catalogue (else recognised)', fr: 'genre de catalogue (sinon reconnu)' },
  'help.opt-only': { en: 'only this vendor, or vendor/model', fr: 'seulement ce fabricant, ou fabricant/modele' },
  'help.opt-models-to': { en: 'folder of models to write to (else ./codecs)', fr: 'dossier de modèles où écrire (sinon ./codecs)' },
  'help.opt-source': {
    en: 'where the catalogue comes from (else what git or its folder says)',
    fr: 'provenance du catalogue (sinon selon git ou son dossier)',
  },
  'help.opt-replace-imported': { en: 'import anew what was imported before', fr: 'importer à nouveau ce qui l’a déjà été' },
  'help.opt-write-nothing': { en: 'write nothing', fr: 'ne rien écrire' },
  'help.codec-export': { en: 'give models to other systems', fr: 'donner des modèles à d’autres systèmes' },
  'help.codec-export-chirpstack': {
    en: 'models as ChirpStack’s device profiles, codec included',
    fr: 'modèles en profils d’appareils de ChirpStack, codec compris',
  },
  'help.opt-out': { en: 'folder to write to', fr: 'dossier où écrire' },
  'help.opt-export-api': {
    en: 'also JSON for ChirpStack’s API, one file per model, for this tenant (its id)',
    fr: 'aussi le JSON pour l’API de ChirpStack, un fichier par modèle, pour ce tenant (son id)',
  },
  'import.progress': message<{ done: number; total: number; model: string }>({
    en: (c) => `${c.done} of ${c.total}: ${c.model}`,
    fr: (c) => `${c.done} sur ${c.total} : ${c.model}`,
  }),
  'import.column-vectors': { en: 'vectors passed', fr: 'vecteurs réussis' },
  'import.column-mapped': { en: 'mapped', fr: 'associés' },
  'import.column-not-mapped': { en: 'not mapped', fr: 'à associer' },
  'import.column-remark': { en: 'remark', fr: 'remarque' },
  'import.column-model': { en: 'model', fr: 'modèle' },
  'import.not-taken': message<{ count: number }>({
    en: (c) => `${c.count} vector${c.count > 1 ? 's' : ''} not taken over`,
    fr: (c) => `${c.count} vecteur${c.count > 1 ? 's' : ''} non repris`,
  }),
  'import.failed': message<{ description: string; reason: string }>({
    en: (c) => `"${c.description}": ${c.reason}`,
    fr: (c) => `« ${c.description} » : ${c.reason}`,
  }),
  'import.done': message<{ imported: number; refused: number; passed: number; vectors: number; failed: number; notTaken: number }>({
    en: (c) =>
      `${c.imported} imported, ${c.refused} refused; of ${c.vectors} vectors ${c.passed} pass and ${c.failed} do not, ${c.notTaken} more were not taken over.`,
    fr: (c) =>
      `${c.imported} importés, ${c.refused} refusés ; sur ${c.vectors} vecteurs, ${c.passed} réussissent et ${c.failed} non ; ${c.notTaken} autres n’ont pas été repris.`,
  }),
  'import.refused-like': message<{ count: number; model: string; reason: string }>({
    en: (c) => `${c.count} refused like ${c.model}: ${c.reason}`,
    fr: (c) => `${c.count} refusés comme ${c.model} : ${c.reason}`,
  }),
  'import.interrupted': message<{ done: number; total: number }>({
    en: (c) => `Interrupted: ${c.done} of ${c.total} devices were looked at. The same command goes on with the others.`,
    fr: (c) => `Interrompu : ${c.done} appareils sur ${c.total} ont été examinés. La même commande reprend avec les autres.`,
  }),
  'import.written': message<{ folder: string; report: string }>({
    en: (c) =>
      `Models: ${c.folder} (a server reads them when codecs.folders names it). Report: ${c.report}. What is not mapped stands in each README.`,
    fr: (c) =>
      `Modèles : ${c.folder} (un serveur les lit si codecs.folders le nomme). Rapport : ${c.report}. Ce qui reste à associer est dans chaque README.`,
  }),
  'import.nothing-written': { en: 'Nothing was written.', fr: 'Rien n’a été écrit.' },
  'export.left-out': message<{ model: string; reason: string }>({
    en: (c) => `${c.model} is left out: ${c.reason}`,
    fr: (c) => `${c.model} n’y est pas : ${c.reason}`,
  }),
  'export.refused': message<{ model: string; description: string; error: string }>({
    en: (c) => `${c.model}, "${c.description}": ChirpStack’s QuickJS refuses it: ${c.error}`,
    fr: (c) => `${c.model}, « ${c.description} » : le QuickJS de ChirpStack le refuse : ${c.error}`,
  }),
  'export.timed': message<{ count: number }>({
    en: (c) => `${c.count} examples have no test there: their codec asks for the time of reception, which ChirpStack’s tests cannot give.`,
    fr: (c) =>
      `${c.count} exemples n’y ont pas de test : leur codec demande l’heure de réception, que les tests de ChirpStack ne savent pas donner.`,
  }),
  'export.done': message<{ models: number; folder: string }>({
    en: (c) => `${c.models} model${c.models > 1 ? 's' : ''} in ${c.folder}`,
    fr: (c) => `${c.models} modèle${c.models > 1 ? 's' : ''} dans ${c.folder}`,
  }),
}
