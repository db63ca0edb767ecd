import { sentence } from '../sentence.ts'

/** Why ChirpStack refused, as far as its answer tells. */
export type RefusalReason =
  | 'token'
  | 'right-or-missing'
  | 'missing'
  | 'duplicate'
  | 'busy'
  | 'exhausted'
  | 'no-database'
  | 'invalid'
  | 'quota'
  | 'unsupported'
  | 'no-authority'
  | 'other'

const adviceEn: Readonly<Record<RefusalReason, string>> = {
  token: 'The API key is missing or not valid there: make one in ChirpStack (API keys) and set chirpstack.token.',
  'right-or-missing':
    'It does not exist, or the API key has no right to it: check the id and the tenant of the key, and that the key is not read-only.',
  missing: 'It, or something it refers to (device, application, device profile, tenant), does not exist there: check the ids.',
  duplicate: 'It exists there already, perhaps in another tenant: look it up in ChirpStack before creating it.',
  busy: 'Its database was busy with another write: try again.',
  exhausted: 'It is asked more than it bears at once: try again later, or let provisioning.maxPerSecond ask less of it.',
  'no-database': 'Its database does not answer it: check that the database runs, and the log of ChirpStack.',
  invalid: 'Correct the value it names and try again.',
  quota: 'The tenant’s limit is reached: raise it in ChirpStack, or remove what is not used.',
  unsupported: 'This ChirpStack does not offer it: update ChirpStack to version 4.',
  'no-authority':
    'It has no certificate authority of its own: give it one (ca_cert and ca_key in [gateway] of its configuration), and the same ca_cert to the broker.',
  other: 'The log of ChirpStack at the same minute tells more.',
}

const adviceFr: Readonly<Record<RefusalReason, string>> = {
  token: 'La clé d’API manque ou n’y est pas valable : créez-en une dans ChirpStack (API keys) et renseignez chirpstack.token.',
  'right-or-missing':
    'L’objet n’existe pas, ou la clé d’API n’y a pas droit : vérifiez l’identifiant, le tenant de la clé, et qu’elle n’est pas en lecture seule.',
  missing: 'L’objet, ou un objet dont il dépend (device, application, device profile, tenant), n’y existe pas : vérifiez les identifiants.',
  duplicate: 'Il y existe déjà, peut-être dans un autre tenant : cherchez-le dans ChirpStack avant de le créer.',
  busy: 'Sa base de données était occupée par une autre écriture : réessayez.',
  exhausted: 'On lui en demande trop à la fois : réessayez plus tard, ou limitez la cadence par provisioning.maxPerSecond.',
  'no-database': 'Sa base de données ne lui répond pas : vérifiez qu’elle fonctionne, et le journal de ChirpStack.',
  invalid: 'Corrigez la valeur indiquée et réessayez.',
  quota: 'La limite du tenant est atteinte : relevez-la dans ChirpStack ou supprimez ce qui ne sert plus.',
  unsupported: 'Ce ChirpStack ne le propose pas : passez à la version 4.',
  'no-authority':
    'Il n’a pas d’autorité de certification : donnez-lui-en une (ca_cert et ca_key sous [gateway] dans sa configuration), et le même ca_cert au broker.',
  other: 'Le journal de ChirpStack à la même minute en dit plus.',
}

export const chirpstackSentences = {
  'chirpstack.unreachable': sentence<{ url: string; reason: string }>({
    kind: 'unreachable',
    en: (c) =>
      `ChirpStack does not answer at ${c.url} (${c.reason}). Check that it runs, chirpstack.url, and the network between here and there.`,
    fr: (c) => `ChirpStack ne répond pas à ${c.url} (${c.reason}). Vérifiez qu’il fonctionne, chirpstack.url et le réseau entre les deux.`,
  }),
  'chirpstack.refused': sentence<{ method: string; subject: string; answer: string; reason: RefusalReason }>({
    kind: 'refused',
    en: (c) => `ChirpStack refused ${c.method} for ${c.subject}${c.answer === '' ? '' : `: “${c.answer}”`}. ${adviceEn[c.reason]}`,
    fr: (c) => `ChirpStack a refusé ${c.method} pour ${c.subject}${c.answer === '' ? '' : ` : « ${c.answer} »`}. ${adviceFr[c.reason]}`,
  }),
}
