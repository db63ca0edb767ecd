import { sentenceOf } from '../../errors/ondine-error.ts'
import type { PlannedRow } from './plan.ts'

type Facts = PlannedRow['facts']

interface ReasonWords {
  /** for a summary of many rows */
  title: string
  /** what is the matter and what to do, for one row */
  advice: (facts: Facts) => string
}

interface Reason {
  en: ReasonWords
  fr: ReasonWords
}

/** Every reason of a plan: its slug never changes meaning. Those of rows that could not be read are in `territory/row-reasons.ts`. */
export const reasons = {
  'taken-over': {
    en: {
      title: 'there already, taken over',
      advice: () => 'It is on the network already: it is used as it is, and nothing of it is written.',
    },
    fr: { title: 'déjà là, repris', advice: () => 'Il est déjà sur le réseau : il est utilisé tel quel, et rien n’y est écrit.' },
  },
  'name-kept': {
    en: {
      title: 'has another name on the network',
      advice: (f) => `The network server calls it "${f.is}", and it stays so: names of tenants and applications are changed there.`,
    },
    fr: {
      title: 'porte un autre nom sur le réseau',
      advice: (f) => `Le serveur réseau l’appelle « ${f.is} », et cela reste : les noms de tenants et d’applications se changent là-bas.`,
    },
  },
  'time-zone': {
    en: { title: 'another time zone', advice: (f) => `Its clock times are read in ${f.to} instead of ${f.from} from now on.` },
    fr: { title: 'autre fuseau horaire', advice: (f) => `Ses heures seront lues en ${f.to} au lieu de ${f.from}.` },
  },
  'declared-twice': {
    en: { title: 'declared twice', advice: () => 'territory.yaml declares it twice: keep one.' },
    fr: { title: 'déclaré deux fois', advice: () => 'territory.yaml le déclare deux fois : n’en gardez qu’un.' },
  },
  'name-taken': {
    en: {
      title: 'same name as another',
      advice: (f) => `Another one of territory.yaml is "${f.name}" on the network server already: give this one another name.`,
    },
    fr: {
      title: 'même nom qu’un autre',
      advice: (f) => `Un autre de territory.yaml est déjà « ${f.name} » sur le serveur réseau : donnez un autre nom à celui-ci.`,
    },
  },
  'name-ambiguous': {
    en: {
      title: 'several of this name',
      advice: (f) => `The network server has ${f.count} called "${f.name}": rename those that are not meant there, then plan again.`,
    },
    fr: {
      title: 'plusieurs de ce nom',
      advice: (f) => `Le serveur réseau en a ${f.count} appelés « ${f.name} » : renommez-y ceux qu’il ne faut pas, puis relancez plan.`,
    },
  },
  'tenant-refused': {
    en: { title: 'its tenant is refused', advice: (f) => `Tenant "${f.tenant}" is refused or not in territory.yaml: mend that first.` },
    fr: {
      title: 'son tenant est refusé',
      advice: (f) => `Le tenant « ${f.tenant} » est refusé ou absent de territory.yaml : corrigez d’abord cela.`,
    },
  },
  'service-refused': {
    en: { title: 'its service is refused', advice: (f) => `Service "${f.service}" is refused or not in territory.yaml: mend that first.` },
    fr: {
      title: 'son service est refusé',
      advice: (f) => `Le service « ${f.service} » est refusé ou absent de territory.yaml : corrigez d’abord cela.`,
    },
  },
  'model-missing': {
    en: { title: 'no model', advice: () => 'Its model is not known: write vendor/model in the column "model". List: ondine codec list.' },
    fr: {
      title: 'pas de modèle',
      advice: () => 'Son modèle est inconnu : écrivez vendeur/modele dans la colonne « model ». Liste : ondine codec list.',
    },
  },
  'model-unknown': {
    en: {
      title: 'unknown model',
      advice: (f) => `This server has no model "${f.model}". Is it spelt as in "ondine codec list"? A new one: ondine codec new.`,
    },
    fr: {
      title: 'modèle inconnu',
      advice: (f) =>
        `Ce serveur n’a pas de modèle « ${f.model} ». Est-il écrit comme dans « ondine codec list » ? Un nouveau : ondine codec new.`,
    },
  },
  'profile-missing': {
    en: {
      title: 'no device profile',
      advice: (f) =>
        `Model ${f.model} comes without a device profile: make one in ChirpStack and name it under "profiles" of territory.yaml.`,
    },
    fr: {
      title: 'pas de profil d’appareil',
      advice: (f) =>
        `Le modèle ${f.model} n’a pas de profil d’appareil : créez-en un dans ChirpStack et nommez-le sous « profiles » de territory.yaml.`,
    },
  },
  'profile-ambiguous': {
    en: {
      title: 'several device profiles',
      advice: (f) =>
        `The network server has ${f.count} device profiles for ${f.model}: name the one that is meant under "profiles" of territory.yaml.`,
    },
    fr: {
      title: 'plusieurs profils d’appareil',
      advice: (f) =>
        `Le serveur réseau a ${f.count} profils d’appareil pour ${f.model} : nommez le bon sous « profiles » de territory.yaml.`,
    },
  },
  'profile-other-model': {
    en: {
      title: 'device profile of another model',
      advice: (f) => `Device profile "${f.name}" is of ${f.is}, by its tag "model": name another one for ${f.model} under "profiles".`,
    },
    fr: {
      title: 'profil d’un autre modèle',
      advice: (f) =>
        `Le profil « ${f.name} » est celui de ${f.is}, d’après son étiquette « model » : nommez-en un autre pour ${f.model} sous « profiles ».`,
    },
  },
  'profile-refused': {
    en: { title: 'its device profile is refused', advice: (f) => `The device profile of ${f.model} is refused: mend that first.` },
    fr: {
      title: 'son profil d’appareil est refusé',
      advice: (f) => `Le profil d’appareil de ${f.model} est refusé : corrigez d’abord cela.`,
    },
  },
  'gateway-elsewhere': {
    en: {
      title: 'gateway of another tenant',
      advice: (f) =>
        `On the network server it belongs to tenant "${f.tenant}": its owner gives it free there, or it is declared under that tenant.`,
    },
    fr: {
      title: 'passerelle d’un autre tenant',
      advice: (f) =>
        `Sur le serveur réseau, elle est au tenant « ${f.tenant} » : son propriétaire l’y libère, ou elle se déclare sous ce tenant.`,
    },
  },
  'gateway-of-other-tenant': {
    en: {
      title: 'gateway of another tenant’s inventory',
      advice: () => 'The inventory has it in another tenant: declare it there, or have it taken out of the folder there and pruned.',
    },
    fr: {
      title: 'passerelle dans l’inventaire d’un autre tenant',
      advice: () => 'L’inventaire l’a dans un autre tenant : déclarez-la là, ou faites-la retirer de ce dossier-là avec --prune.',
    },
  },
  'device-twice': {
    en: { title: 'device on two rows', advice: (f) => `The same devEui is at ${f.other} too: keep the right row.` },
    fr: { title: 'appareil sur deux lignes', advice: (f) => `Le même devEui est aussi à ${f.other} : gardez la bonne ligne.` },
  },
  'device-of-other-tenant': {
    en: {
      title: 'device of another tenant',
      advice: () => 'It belongs to another tenant. If it shall come here, an administrator moves it: ondine device move.',
    },
    fr: {
      title: 'appareil d’un autre tenant',
      advice: () => 'Il est à un autre tenant. S’il doit venir ici, un administrateur le déplace : ondine device move.',
    },
  },
  'other-folder': {
    en: {
      title: 'of another folder',
      advice: (f) =>
        `The folder with the id ${f.owner} made it: take its row out of one of them. If this is that folder, its territory.yaml needs that id again.`,
    },
    fr: {
      title: 'd’un autre dossier',
      advice: (f) =>
        `Le dossier d’identifiant ${f.owner} l’a créé : retirez sa ligne de l’un des deux. Si c’est ce dossier-ci, remettez cet id dans son territory.yaml.`,
    },
  },
  'device-elsewhere': {
    en: {
      title: 'device in another application',
      advice: (f) => `It is in application "${f.application}". To take it from there with its keys: ondine device move.`,
    },
    fr: {
      title: 'appareil dans une autre application',
      advice: (f) => `Il est dans l’application « ${f.application} ». Pour l’en déplacer avec ses clés : ondine device move.`,
    },
  },
  'device-moved': {
    en: {
      title: 'moved meanwhile',
      advice: (f) =>
        `It was moved to application "${f.application}", and stays there. ondine pull writes that into the folder; ondine device move takes it back.`,
    },
    fr: {
      title: 'déplacé entre-temps',
      advice: (f) =>
        `Il a été déplacé dans l’application « ${f.application} », et y reste. ondine pull l’écrit dans le dossier ; ondine device move l’en ramène.`,
    },
  },
  'keys-missing': {
    en: {
      title: 'no keys',
      advice: () => 'No key file of the folder has keys of it, and it is not on the network yet: import its delivery, ondine import.',
    },
    fr: {
      title: 'pas de clés',
      advice: () =>
        'Aucun fichier de clés du dossier n’a les siennes, et il n’est pas encore sur le réseau : importez sa livraison, ondine import.',
    },
  },
  'device-disabled': {
    en: {
      title: 'disabled meanwhile',
      advice: () => 'It was disabled on the spot, and stays so. Its row may stay; ondine device restore takes it back.',
    },
    fr: {
      title: 'désactivé entre-temps',
      advice: () => 'Il a été désactivé sur place, et le reste. Sa ligne peut rester ; ondine device restore le remet en service.',
    },
  },
  'device-retired': {
    en: {
      title: 'retired meanwhile',
      advice: () => 'It was retired, and stays so: ondine pull writes that into the folder. A device comes back by ondine device restore.',
    },
    fr: {
      title: 'réformé entre-temps',
      advice: () => 'Il a été réformé, et le reste : ondine pull l’écrit dans le dossier. ondine device restore ramène un appareil.',
    },
  },
  'serial-unknown': {
    en: {
      title: 'unknown serial',
      advice: (f) => `No device of this tenant has the serial "${f.serial}": is its delivery imported? Else write its devEui.`,
    },
    fr: {
      title: 'numéro de série inconnu',
      advice: (f) =>
        `Aucun appareil de ce tenant n’a le numéro de série « ${f.serial} » : sa livraison est-elle importée ? Sinon écrivez son devEui.`,
    },
  },
  'serial-ambiguous': {
    en: { title: 'serial of several devices', advice: (f) => `Serial "${f.serial}" is that of ${f.devices}: write the devEui.` },
    fr: {
      title: 'numéro de série de plusieurs appareils',
      advice: (f) => `Le numéro de série « ${f.serial} » est celui de ${f.devices} : écrivez le devEui.`,
    },
  },
  'device-unknown': {
    en: {
      title: 'unknown device',
      advice: () =>
        'It stands in no device table and is not in the inventory: import its delivery, or ondine adopt if it is on the network.',
    },
    fr: {
      title: 'appareil inconnu',
      advice: () =>
        'Il n’est dans aucune table d’appareils ni dans l’inventaire : importez sa livraison, ou ondine adopt s’il est sur le réseau.',
    },
  },
  'device-refused': {
    en: { title: 'its device is refused', advice: () => 'The row of its device is refused: mend that first.' },
    fr: { title: 'son appareil est refusé', advice: () => 'La ligne de son appareil est refusée : corrigez d’abord cela.' },
  },
  'installation-twice': {
    en: {
      title: 'two installations at once',
      advice: (f) => `${f.other} says something else of this channel from the same time on: keep the right row.`,
    },
    fr: {
      title: 'deux poses à la fois',
      advice: (f) => `${f.other} dit autre chose de cette voie à partir du même moment : gardez la bonne ligne.`,
    },
  },
  'in-the-future': {
    en: {
      title: 'date in the future',
      advice: (f) => `It begins on ${f.date}, which is still to come: is the year right? Write the right date.`,
    },
    fr: {
      title: 'date dans le futur',
      advice: (f) => `Elle commence le ${f.date}, qui est à venir : l’année est-elle la bonne ? Écrivez la bonne date.`,
    },
  },
  'later-row': {
    en: { title: 'followed by a later row', advice: (f) => `${f.other} begins later, and counts.` },
    fr: { title: 'suivi d’une ligne plus récente', advice: (f) => `${f.other} commence plus tard, et compte.` },
  },
  'installed-later': {
    en: {
      title: 'changed on the spot since',
      advice: (f) =>
        `The inventory knows of later: ${f.devEui} at ${f.at} ${period(f, 'since', 'until')}. That stays; ondine pull writes it into the folder.`,
    },
    fr: {
      title: 'changé sur place depuis',
      advice: (f) =>
        `L’inventaire connaît plus récent : ${f.devEui} à ${f.at} ${period(f, 'depuis', 'jusqu’au')}. Cela reste ; ondine pull l’écrit dans le dossier.`,
    },
  },
  'asset-served': {
    en: {
      title: 'already bound from that time on',
      advice: (f) => `${f.devEui} serves ${f.at} from exactly then on: write when this one began, or ondine device swap.`,
    },
    fr: {
      title: 'déjà lié à partir de ce moment',
      advice: (f) => `${f.devEui} dessert ${f.at} à partir du même moment : écrivez quand celui-ci a commencé, ou ondine device swap.`,
    },
  },
  'asset-of-other-service': {
    en: {
      title: 'asset of another service',
      advice: (f) => `${f.asset} is an asset of service "${f.service}": write that one, or another code.`,
    },
    fr: {
      title: 'équipement d’un autre service',
      advice: (f) => `${f.asset} est un équipement du service « ${f.service} » : écrivez celui-là, ou un autre code.`,
    },
  },
  'model-refuses': {
    en: { title: 'refused by the model', advice: (f) => sentenceOf(f.code ?? '', f, 'en') ?? `The model refuses it (${f.code}).` },
    fr: { title: 'refusé par le modèle', advice: (f) => sentenceOf(f.code ?? '', f, 'fr') ?? `Le modèle le refuse (${f.code}).` },
  },
  'rows-unread': {
    en: {
      title: 'not deleted while rows are unread',
      advice: () => 'Rows of the folder could not be read, and one of them may mean it: mend those first, then plan with --prune again.',
    },
    fr: {
      title: 'pas supprimé tant que des lignes sont illisibles',
      advice: () =>
        'Des lignes du dossier sont illisibles, et l’une d’elles le désigne peut-être : corrigez-les, puis relancez plan --prune.',
    },
  },
  'keys-by-plan': {
    en: {
      title: 'keys come with a plan',
      advice: () => 'Keys are not kept once they are written: ondine plan and apply with its .keys.age file write them again.',
    },
    fr: {
      title: 'les clés viennent avec un plan',
      advice: () => 'Les clés ne sont plus gardées une fois écrites : ondine plan et apply avec son fichier .keys.age les réécrivent.',
    },
  },
  'missing-by-plan': {
    en: { title: 'made anew by a plan', advice: () => 'It is gone from the network: ondine plan and apply with its folder make it anew.' },
    fr: { title: 'recréé par un plan', advice: () => 'Il a disparu du réseau : ondine plan et apply avec son dossier le recréent.' },
  },
  'name-by-hand': {
    en: {
      title: 'renamed in ChirpStack',
      advice: () => 'Names of tenants and applications are changed in ChirpStack: give it its old name there, or --adopt.',
    },
    fr: {
      title: 'renommé dans ChirpStack',
      advice: () => 'Les noms de tenants et d’applications se changent dans ChirpStack : remettez-y l’ancien, ou --adopt.',
    },
  },
  installed: {
    en: {
      title: 'installed, so not deleted',
      advice: () => 'It serves an asset: its history would go on without it. Take it out of service first: ondine device retire.',
    },
    fr: {
      title: 'posé, donc pas supprimé',
      advice: () => 'Il dessert un équipement. Mettez-le d’abord hors service : ondine device retire.',
    },
  },
} as const satisfies Record<string, Reason>

export type ReasonSlug = keyof typeof reasons

/** The sentence of a row of a plan; undefined where there is nothing to say, or the reason is not of this table. */
export function adviceOf({ reason, facts }: Pick<PlannedRow, 'reason' | 'facts'>, language: 'en' | 'fr'): string | undefined {
  return isReason(reason) ? reasons[reason][language].advice(facts) : undefined
}

/** Of a reason in a summary of many rows. */
export function titleOf(reason: string, language: 'en' | 'fr'): string | undefined {
  return isReason(reason) ? reasons[reason][language].title : undefined
}

function isReason(reason: string | null): reason is ReasonSlug {
  return reason !== null && Object.hasOwn(reasons, reason)
}

function period({ since, until }: Facts, from: string, to: string): string {
  return until === '' || until === undefined ? `${from} ${since}` : `${from} ${since} ${to} ${until}`
}
