import { sentence } from '../sentence.ts'

/** Why a plan is not made, or not carried out. */
export const provisioningSentences = {
  'provisioning.plan-unknown': sentence<{ plan: string }>({
    kind: 'not-found',
    en: (c) => `There is no plan ${c.plan} on this server within your access. Make one with: ondine plan`,
    fr: (c) => `Aucun plan ${c.plan} sur ce serveur dans votre accès. Pour en faire un : ondine plan`,
  }),
  'provisioning.plan-stale': sentence({
    kind: 'conflict',
    en: () => 'The network or the inventory has changed since this plan was made. Plan again: ondine plan',
    fr: () => 'Le réseau ou l’inventaire a changé depuis ce plan. Replanifiez : ondine plan',
  }),
  'provisioning.job-before': sentence<{ object: string; number: number }>({
    kind: 'conflict',
    en: (c) =>
      `Job ${c.number} has yet to end with ${c.object}, which this plan changes. Plan again once it has: ondine jobs show ${c.number}`,
    fr: (c) =>
      `La tâche ${c.number} n’en a pas fini avec ${c.object}, que ce plan change. Replanifiez ensuite ; pour la voir : ondine jobs show ${c.number}`,
  }),
  'provisioning.plan-applied': sentence<{ number: number }>({
    kind: 'conflict',
    en: (c) => `This plan is being carried out already. Follow it with: ondine jobs attach ${c.number}`,
    fr: (c) => `Ce plan est déjà en cours d’application. Pour le suivre : ondine jobs attach ${c.number}`,
  }),
  'provisioning.confirm-count': sentence<{ count: number }>({
    kind: 'conflict',
    en: (c) => `This plan deletes devices or gives them other keys, ${c.count} in all. If that is meant: --confirm ${c.count}`,
    fr: (c) => `Ce plan supprime des appareils ou change leurs clés, ${c.count} en tout. Si c’est voulu : --confirm ${c.count}`,
  }),
  'provisioning.rows-refused': sentence<{ refused: number; rows: number }>({
    kind: 'failed',
    en: (c) => `${c.refused} of ${c.rows} ${c.rows === 1 ? 'row' : 'rows'} ${c.refused === 1 ? 'is' : 'are'} refused.`,
    fr: (c) => (c.refused === 1 ? `1 ligne sur ${c.rows} est refusée.` : `${c.refused} lignes sur ${c.rows} sont refusées.`),
  }),
  'provisioning.limited-token': sentence({
    kind: 'forbidden',
    en: () => 'Provisioning needs a token for a whole tenant, not limited to services or communes.',
    fr: () => 'Le provisionnement demande un jeton pour un tenant entier, sans limite de services ni de communes.',
  }),
  'provisioning.job-failed': sentence<{ number: number; failed: number; total: number }>({
    kind: 'failed',
    en: (c) => `${c.failed} of ${c.total} steps failed. Why: ondine jobs show ${c.number}. Try them again: ondine jobs resume ${c.number}`,
    fr: (c) =>
      `${c.failed} étapes sur ${c.total} ont échoué. Pourquoi : ondine jobs show ${c.number}. Réessayer : ondine jobs resume ${c.number}`,
  }),
  'provisioning.not-asked': sentence({
    kind: 'wrong-use',
    en: () => 'Nobody is there to be asked: look at it with ondine plan, then say --yes (and --confirm where the plan asks for a number).',
    fr: () => 'Personne à qui demander : regardez avec ondine plan, puis dites --yes (et --confirm si le plan demande un nombre).',
  }),
  'provisioning.no-plan-file': sentence<{ file: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} is no plan as ondine plan --save writes it, and no folder either.`,
    fr: (c) => `${c.file} n’est ni un plan écrit par ondine plan --save, ni un dossier.`,
  }),
  'provisioning.no-drift': sentence<{ objects: string }>({
    kind: 'not-found',
    en: (c) => `Nothing to resolve, as it was written: ${c.objects}. See: ondine drift`,
    fr: (c) => `Rien à résoudre, rien ne diffère : ${c.objects}. Voyez : ondine drift`,
  }),
  'provisioning.keys-for-another': sentence<{ file: string }>({
    kind: 'refused',
    en: (c) => `${c.file} is encrypted to another server. Put this one’s recipient into territory.yaml and import the delivery again.`,
    fr: (c) =>
      `${c.file} est chiffré pour un autre serveur. Mettez le destinataire de celui-ci dans territory.yaml et réimportez la livraison.`,
  }),
  'provisioning.keys-unreadable': sentence<{ file: string }>({
    kind: 'refused',
    en: (c) => `${c.file} cannot be opened: it is damaged, or not encrypted with age. Import the delivery again.`,
    fr: (c) => `${c.file} ne s’ouvre pas : il est abîmé, ou n’est pas chiffré avec age. Réimportez la livraison.`,
  }),
  'provisioning.keys-malformed': sentence<{ file: string; line: number }>({
    kind: 'refused',
    en: (c) => `${c.file}, line ${c.line} (decrypted): no devEui with its keys. Import the delivery again.`,
    fr: (c) => `${c.file}, ligne ${c.line} (déchiffrée) : pas un devEui avec ses clés. Réimportez la livraison.`,
  }),
}
