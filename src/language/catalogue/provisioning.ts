import { message, type Words } from '../message.ts'

const words = (en: string, fr: string): Words => ({ en, fr })

export interface Count extends Readonly<Record<string, string | number>> {
  count: string
  isOne: number
}

/** `3 devices`, `1 appareil` */
const counted = (en: readonly [string, string], fr: readonly [string, string]) =>
  message<Count>({ en: (c) => `${c.count} ${en[c.isOne ? 0 : 1]}`, fr: (c) => `${c.count} ${fr[c.isOne ? 0 : 1]}` })

/** What `ondine plan`, `apply`, `jobs`, `adopt`, `drift` and `pull` say, help included. */
export const provisioningWords = {
  'help.plan': words('what a territory’s folder would change', 'ce que changerait le dossier d’un territoire'),
  'help.apply': words('carry out what the folder says', 'réaliser ce que dit le dossier'),
  'help.jobs': words(
    'jobs of provisioning: list, show, attach, stop, resume',
    'tâches de provisionnement : list, show, attach, stop, resume',
  ),
  'help.jobs-list': words('list jobs, newest first', 'lister les tâches, de la plus récente à la plus ancienne'),
  'help.jobs-show': words('one job, and what failed in it', 'une tâche, et ce qui y a échoué'),
  'help.jobs-attach': words(
    'follow a job to its end (Ctrl-C leaves it running)',
    'suivre une tâche jusqu’à sa fin (Ctrl-C la laisse continuer)',
  ),
  'help.jobs-stop': words('stop a job; it can be resumed', 'arrêter une tâche ; elle peut être reprise'),
  'help.jobs-resume': words('go on with a job, and try again what failed', 'reprendre une tâche, et réessayer ce qui a échoué'),
  'help.adopt': words(
    'take over what ChirpStack has; nothing is written there',
    'reprendre ce que ChirpStack contient ; rien n’y est écrit',
  ),
  'help.drift': words('what was changed in ChirpStack by hand', 'ce qui a été changé à la main dans ChirpStack'),
  'help.pull': words('write into the folder what was changed on the spot', 'écrire dans le dossier ce qui a changé sur le terrain'),
  'help.arg-folder': words('folder of territory.yaml (else this one)', 'dossier de territory.yaml (sinon celui-ci)'),
  'help.arg-to-apply': words(
    'folder, file of a saved plan, or id of a plan (else this folder)',
    'dossier, fichier d’un plan gardé, ou id d’un plan (sinon ce dossier)',
  ),
  'help.arg-job': words('number or id of the job', 'numéro ou id de la tâche'),
  'help.opt-prune': words(
    'delete what the folder made and declares no more; asks for the number',
    'supprimer ce que le dossier a créé et ne déclare plus ; le nombre est demandé',
  ),
  'help.opt-save': words(
    'keep the plan in a file, to be reviewed and applied later',
    'garder le plan dans un fichier, à relire et appliquer plus tard',
  ),
  'help.opt-yes': words('do not ask', 'ne pas demander'),
  'help.opt-all-or-nothing': words('nothing where any row is refused', 'rien si une seule ligne est refusée'),
  'help.opt-confirm': words(
    'the number of devices deleted or given other keys',
    'le nombre d’appareils supprimés ou dont les clés changent',
  ),
  'help.opt-detach': words('do not follow it', 'ne pas la suivre'),
  'help.opt-map': words('device profile=vendor/model, may be repeated', 'profil d’appareil=vendeur/modele, répétable'),
  'help.opt-dry-run': words('only say what would be taken over', 'dire seulement ce qui serait repris'),
  'help.opt-drift-keys': words('compare root keys too: one call per device', 'comparer aussi les clés racines : un appel par appareil'),
  'help.opt-adopt': words('keep these as they are on the network', 'garder ceux-ci tels qu’ils sont sur le réseau'),
  'help.opt-restore': words('write these as they were', 'réécrire ceux-ci comme ils étaient'),
  'help.opt-all-drift': words('all that differs, with --adopt or --restore', 'tout ce qui diffère, avec --adopt ou --restore'),
  'help.opt-pull-dry-run': words('only say what would be written', 'dire seulement ce qui serait écrit'),
  'help.opt-pull-all': words(
    'also devices that no folder made (adopted, added by hand): an existing network becomes a folder',
    'aussi les appareils d’aucun dossier (repris, ajoutés à la main) : un réseau existant devient un dossier',
  ),

  'plan.tenant': counted(['tenant', 'tenants'], ['tenant', 'tenants']),
  'plan.application': counted(['service', 'services'], ['service', 'services']),
  'plan.profile': counted(['device profile', 'device profiles'], ['profil d’appareil', 'profils d’appareil']),
  'plan.gateway': counted(['gateway', 'gateways'], ['passerelle', 'passerelles']),
  'plan.device': counted(['device', 'devices'], ['appareil', 'appareils']),
  'plan.installation': counted(['installation', 'installations'], ['pose', 'poses']),
  'plan.rows': counted(['row', 'rows'], ['ligne', 'lignes']),
  'plan.to-stock': message<{ what: string; models: string }>({
    en: (c) => `${c.what} to stock   (${c.models})`,
    fr: (c) => `${c.what} au stock   (${c.models})`,
  }),
  'plan.change': message<{ what: string; fields: string }>({
    en: (c) => `${c.what} to change${c.fields === '' ? '' : `   (${c.fields})`}`,
    fr: (c) => `${c.what} à modifier${c.fields === '' ? '' : `   (${c.fields})`}`,
  }),
  'plan.unchanged': message<{ what: string }>({ en: (c) => `${c.what} as they are`, fr: (c) => `${c.what} sans changement` }),
  'plan.superseded': message<{ what: string }>({
    en: (c) => `${c.what} left: what was done on the spot since counts (see the report; ondine pull)`,
    fr: (c) => `${c.what} sans effet : ce qui a été fait sur place depuis l’emporte (voir le rapport ; ondine pull)`,
  }),
  'plan.followed': message<{ what: string }>({
    en: (c) => `${c.what} of older rows: a later row of the folder has the same device or asset, and counts (see the report)`,
    fr: (c) =>
      `${c.what} de lignes anciennes : une ligne plus récente du dossier a le même appareil ou équipement, et compte (voir le rapport)`,
  }),
  'plan.taken-over': message<{ what: string }>({ en: (c) => `${c.what} taken over as they are`, fr: (c) => `${c.what} repris tels quels` }),
  'plan.delete': message<{ what: string }>({ en: (c) => `${c.what} to delete`, fr: (c) => `${c.what} à supprimer` }),
  'plan.refused': message<{ what: string }>({ en: (c) => `${c.what} refused`, fr: (c) => `refus : ${c.what}` }),
  'plan.more-refused': message<{ count: string; file: string }>({
    en: (c) => `and ${c.count} more: ${c.file}`,
    fr: (c) => `et ${c.count} autres : ${c.file}`,
  }),
  'plan.other-folder': message<{ owner: string; count: string }>({
    en: (c) =>
      `! ${c.count} of the devices and gateways were made by the folder with the id ${c.owner}, and stay its own: --prune here leaves them. If this is that folder, its territory.yaml needs that id again.`,
    fr: (c) =>
      `! ${c.count} des appareils et passerelles ont été créés par le dossier d’identifiant ${c.owner}, et restent les siens : --prune ici n’y touche pas. Si c’est ce dossier-ci, remettez cet id dans son territory.yaml.`,
  }),
  'plan.nothing': words('Nothing to do on the network.', 'Rien à faire sur le réseau.'),
  'plan.time': message<{ duration: string }>({
    en: (c) => `about ${c.duration} at the rate this ChirpStack bore last time`,
    fr: (c) => `environ ${c.duration} au rythme que ce ChirpStack a tenu la dernière fois`,
  }),
  'plan.guard': message<{ application: string; has: number; deletes: number; rekeys: number }>({
    en: (c) =>
      `! ${c.application} has ${c.has} devices: ${[...(c.deletes > 0 ? [`${c.deletes} are deleted`] : []), ...(c.rekeys > 0 ? [`${c.rekeys} get other keys and must join again`] : [])].join(', ')}`,
    fr: (c) =>
      `! ${c.application} a ${c.has} appareils : ${[...(c.deletes > 0 ? [`${c.deletes} sont supprimés`] : []), ...(c.rekeys > 0 ? [`${c.rekeys} changent de clés et devront rejoindre`] : [])].join(', ')}`,
  }),
  'plan.report': message<{ file: string }>({ en: (c) => `report   ${c.file}`, fr: (c) => `rapport  ${c.file}` }),
  'plan.saved': message<{ file: string }>({ en: (c) => `saved    ${c.file}`, fr: (c) => `gardé    ${c.file}` }),
  'plan.next': message<{ command: string }>({ en: (c) => `next     ${c.command}`, fr: (c) => `suite    ${c.command}` }),
  'plan.ask': words('Carry this out?', 'Réaliser ?'),
  'plan.yes': words('Yes', 'Oui'),
  'plan.no': words('No', 'Non'),
  'plan.ask-count': message<{ count: number }>({
    en: (c) => `Type the number of devices deleted or given other keys (${c.count}):`,
    fr: (c) => `Tapez le nombre d’appareils supprimés ou dont les clés changent (${c.count}) :`,
  }),
  'plan.left': words('Nothing was done.', 'Rien n’a été fait.'),

  'job.begun': message<{ number: number }>({
    en: (c) => `Job ${c.number} has begun. Follow it: ondine jobs attach ${c.number}`,
    fr: (c) => `La tâche ${c.number} a commencé. Pour la suivre : ondine jobs attach ${c.number}`,
  }),
  'job.left': message<{ number: number }>({
    en: (c) => `Job ${c.number} goes on. Follow it again: ondine jobs attach ${c.number}   stop it: ondine jobs stop ${c.number}`,
    fr: (c) =>
      `La tâche ${c.number} continue. Pour la suivre à nouveau : ondine jobs attach ${c.number}   l’arrêter : ondine jobs stop ${c.number}`,
  }),
  'job.bar': message<{ rate: string; left: string; failed: string }>({
    en: (c) => `${c.rate}   ${c.left}   ${c.failed} failed`,
    fr: (c) => `${c.rate}   ${c.left}   ${c.failed} en échec`,
  }),
  'job.time-left': message<{ duration: string }>({ en: (c) => `${c.duration} left`, fr: (c) => `encore ${c.duration}` }),
  'job.waits': message<{ seconds: number }>({
    en: (c) => `ChirpStack does not answer for ${c.seconds} s: waiting`,
    fr: (c) => `ChirpStack ne répond pas depuis ${c.seconds} s : on attend`,
  }),
  'job.behind': message<{ number: number }>({
    en: (c) => `waits: job ${c.number} still has to do with the same device`,
    fr: (c) => `en attente : la tâche ${c.number} doit encore agir sur le même appareil`,
  }),
  'job.ended': message<{ number: number; state: string; done: string; total: string; failed: string }>({
    en: (c) => `Job ${c.number} is ${c.state}: ${c.done} of ${c.total} steps done, ${c.failed} failed.`,
    fr: (c) => `Tâche ${c.number} ${c.state} : ${c.done} étapes sur ${c.total} faites, ${c.failed} en échec.`,
  }),
  'job.waiting': words('waiting', 'en attente'),
  'job.running': words('running', 'en cours'),
  'job.stopping': words('stopping', 'en arrêt'),
  'job.stopped': words('stopped', 'arrêtée'),
  'job.done': words('done', 'terminée'),
  'job.failed': words('failed', 'en échec'),
  'column.action': words('what', 'quoi'),
  'column.subject': words('of', 'de'),
  'column.begun': words('begun', 'début'),
  'column.done': words('done', 'fait'),
  'column.failed': words('failed', 'échecs'),
  'column.kind': words('kind', 'genre'),
  'column.object': words('object', 'objet'),
  'column.field': words('field', 'champ'),
  'column.was': words('as written', 'écrit'),
  'column.is': words('on the network', 'sur le réseau'),

  'drift.none': message<{ looked: string }>({
    en: (c) => `All ${c.looked} objects are as they were written.`,
    fr: (c) => `Les ${c.looked} objets sont comme ils ont été écrits.`,
  }),
  'drift.nothing': words('Nothing differs.', 'Rien ne diffère.'),
  'drift.one-way': words(
    'Say either --adopt or --restore, and of what: objects that ondine drift lists, or --all.',
    'Dites --adopt ou --restore, et pour quoi : des objets qu’ondine drift liste, ou --all.',
  ),
  'drift.takes': message<{ what: string; duration: string }>({
    en: (c) => `Asking for the root keys of ${c.what}, one by one: about ${c.duration} …`,
    fr: (c) => `Lecture des clés racines de ${c.what}, un par un : environ ${c.duration} …`,
  }),
  'drift.missing': words('(gone)', '(disparu)'),
  'drift.keys': words('root keys', 'clés racines'),
  'drift.other-keys': words('others', 'autres'),
  'drift.next': words(
    'Keep one: ondine drift --adopt <object>   put it back: ondine drift --restore <object>',
    'En garder un : ondine drift --adopt <objet>   le remettre : ondine drift --restore <objet>',
  ),
  'drift.adopted': message<{ count: string }>({
    en: (c) => `${c.count} remembered as they are on the network.`,
    fr: (c) => `${c.count} retenus tels qu’ils sont sur le réseau.`,
  }),
  'adopt.kind': message<{ what: string; adopted: string }>({
    en: (c) => `${c.what}   ${c.adopted} new here`,
    fr: (c) => `${c.what}   nouveaux ici : ${c.adopted}`,
  }),
  'adopt.model': message<{ what: string; model: string; by: string }>({
    en: (c) => `${c.what}   ${c.model}   by ${c.by}`,
    fr: (c) => `${c.what}   ${c.model}   par ${c.by}`,
  }),
  'adopt.by-tag': words('its tag', 'son tag'),
  'adopt.by-mapping': words('the mapping given', 'la correspondance donnée'),
  'adopt.by-name': words('its name', 'son nom'),
  'adopt.unknown': message<{ what: string; profile: string; tenant: string }>({
    en: (c) => `! ${c.what} of the device profile "${c.profile}" (${c.tenant}): model not recognised`,
    fr: (c) => `! ${c.what} du profil « ${c.profile} » (${c.tenant}) : modèle non reconnu`,
  }),
  'adopt.dry': words('Nothing was taken over yet.', 'Rien n’est encore repris.'),
  'pull.file': message<{ file: string; changed: number; added: number; removed: number }>({
    en: (c) => `${c.file}   rows: ${c.changed} changed, ${c.added} added, ${c.removed} taken out`,
    fr: (c) => `${c.file}   lignes modifiées : ${c.changed}, ajoutées : ${c.added}, retirées : ${c.removed}`,
  }),
  'pull.left-out': message<{ devEui: string; column: string }>({
    en: (c) => `! ${c.devEui}: ${c.column} is left as it is; what the network has cannot stand in a table`,
    fr: (c) => `! ${c.devEui} : ${c.column} reste tel quel ; ce que le réseau contient ne peut pas aller dans une table`,
  }),
  'pull.others': message<{ count: number }>({
    en: (c) => `  devices that no folder made (adopted, added by hand): ${c.count}, left out; ondine pull --all writes them`,
    fr: (c) => `  appareils d’aucun dossier (repris, ajoutés à la main) : ${c.count}, laissés de côté ; ondine pull --all les écrit`,
  }),
  'pull.nothing': words('The folder is up to date.', 'Le dossier est à jour.'),
} as const
