import { sentence } from '../sentence.ts'

/** Whose a thing is that was to be made. `unseen`: what our API key of the network server does not see. */
export type TakenBy = 'application' | 'tenant' | 'owner' | 'unseen' | 'model'

const takenEn: Readonly<Record<TakenBy, string>> = {
  application: 'in another application: move it with ondine device move, or remove it there',
  tenant: 'in another tenant: remove it there first',
  owner: 'made by another folder: take its row out of one of them',
  unseen: 'in a tenant that the API key does not see: ask whoever runs ChirpStack where it is',
  model: 'made for something else: rename it there, or give ours another name under profiles in territory.yaml',
}

const takenFr: Readonly<Record<TakenBy, string>> = {
  application: 'dans une autre application : déplacez-le avec ondine device move, ou supprimez-le là-bas',
  tenant: 'dans un autre tenant : supprimez-le d’abord là-bas',
  owner: 'créé par un autre dossier : retirez sa ligne de l’un des deux',
  unseen: 'dans un tenant que la clé d’API ne voit pas : demandez à l’exploitant de ChirpStack où il se trouve',
  model: 'créé pour autre chose : renommez-le là-bas, ou donnez un autre nom au nôtre sous profiles dans territory.yaml',
}

/** Of carrying out the steps of a plan. No context here ever holds a key. */
export const applySentences = {
  'provisioning.taken': sentence<{ object: string; by: TakenBy }>({
    kind: 'conflict',
    en: (c) => `${c.object} is there already, ${takenEn[c.by]}.`,
    fr: (c) => `${c.object} existe déjà, ${takenFr[c.by]}.`,
  }),
  'provisioning.needs': sentence<{ object: string; reason: string }>({
    kind: 'refused',
    en: (c) => `It needs ${c.object}, which is not there${c.reason === '' ? ': make a new plan' : `: ${c.reason}`}`,
    fr: (c) => `Il y faut ${c.object}, qui n’existe pas${c.reason === '' ? ' : refaites un plan' : ` : ${c.reason}`}`,
  }),
  'provisioning.gone': sentence<{ object: string }>({
    kind: 'conflict',
    en: (c) => `${c.object} was removed from the network after the plan was made: make a new plan.`,
    fr: (c) => `${c.object} a été supprimé du réseau après l’établissement du plan : refaites un plan.`,
  }),
  'provisioning.keys-missing': sentence<{ devEui: string }>({
    kind: 'refused',
    en: (c) =>
      `The keys of ${c.devEui} are not here any more, or others were delivered since: run ondine plan again, with its .keys.age file.`,
    fr: (c) =>
      `Les clés de ${c.devEui} ne sont plus ici, ou d’autres ont été livrées depuis : relancez ondine plan, avec son fichier .keys.age.`,
  }),
  'provisioning.without-keys': sentence<{ devEui: string; reason: string }>({
    kind: 'failed',
    en: (c) => `${c.devEui} is on the network without its keys and cannot join until ondine plan and apply have run again: ${c.reason}`,
    fr: (c) => `${c.devEui} est sur le réseau sans ses clés et ne peut pas se joindre avant un nouveau plan et apply : ${c.reason}`,
  }),
  'provisioning.earlier-step-failed': sentence({
    kind: 'refused',
    en: () => 'Not done, because a step before it failed and all or nothing was asked for.',
    fr: () => 'Pas exécuté : une étape précédente a échoué, et tout ou rien était demandé.',
  }),
  'provisioning.job-unknown': sentence<{ job: string }>({
    kind: 'not-found',
    en: (c) => `There is no job ${c.job}. ondine jobs lists those there are.`,
    fr: (c) => `Il n’y a pas de tâche ${c.job}. ondine jobs donne celles qui existent.`,
  }),
  'provisioning.job-not-open': sentence<{ job: number; state: string }>({
    kind: 'conflict',
    en: (c) => `Job ${c.job} is ${c.state}: there is nothing to stop or to take up again.`,
    fr: (c) => `La tâche ${c.job} est dans l’état ${c.state} : il n’y a rien à arrêter ni à reprendre.`,
  }),
}
