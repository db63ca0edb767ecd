import { sentence } from '../sentence.ts'

export const inventorySentences = {
  'inventory.device-not-found': sentence<{ devEui: string }>({
    kind: 'not-found',
    en: (c) => `There is no device ${c.devEui} within your access. "ondine device list" shows those there are.`,
    fr: (c) => `Aucun appareil ${c.devEui} dans votre périmètre. « ondine device list » montre ceux qui y sont.`,
  }),
  'inventory.asset-not-found': sentence<{ asset: string }>({
    kind: 'not-found',
    en: (c) => `There is no asset "${c.asset}" within your access.`,
    fr: (c) => `Aucun équipement « ${c.asset} » dans votre périmètre.`,
  }),
  'inventory.asset-ambiguous': sentence<{ asset: string }>({
    kind: 'wrong-use',
    en: (c) => `Several tenants have an asset "${c.asset}": name the tenant too.`,
    fr: (c) => `Plusieurs tenants ont un équipement « ${c.asset} » : indiquez aussi le tenant.`,
  }),
  'asset.no-device': sentence<{ asset: string }>({
    kind: 'refused',
    en: (c) => `No device of a known model is installed on asset "${c.asset}": "ondine device install" puts one there.`,
    fr: (c) => `Aucun appareil de modèle connu n’est posé sur l’équipement « ${c.asset} » : « ondine device install » en pose un.`,
  }),
  'inventory.gateway-not-found': sentence<{ gateway: string }>({
    kind: 'not-found',
    en: (c) => `There is no gateway ${c.gateway} within your access.`,
    fr: (c) => `Aucune passerelle ${c.gateway} dans votre périmètre.`,
  }),
  'inventory.tenant-not-found': sentence<{ tenant: string }>({
    kind: 'not-found',
    en: (c) => `There is no tenant "${c.tenant}" within your access.`,
    fr: (c) => `Aucun tenant « ${c.tenant} » dans votre périmètre.`,
  }),
  'inventory.tenant-needed': sentence({
    kind: 'wrong-use',
    en: () => 'Your token is not bound to a tenant: name the tenant this concerns.',
    fr: () => 'Votre jeton n’est lié à aucun tenant : indiquez le tenant concerné.',
  }),
  'inventory.service-needed': sentence<{ asset: string }>({
    kind: 'wrong-use',
    en: (c) => `Asset "${c.asset}" is new and the model of the device not known: name its service or the model too.`,
    fr: (c) => `L’équipement « ${c.asset} » est nouveau et le modèle de l’appareil inconnu : indiquez aussi son service ou le modèle.`,
  }),
  'inventory.outside-scope': sentence<{ what: string }>({
    kind: 'forbidden',
    en: (c) => `Your token does not reach ${c.what}: ask your administrator to widen it.`,
    fr: (c) => `Votre jeton ne couvre pas ${c.what} : demandez à votre administrateur de l’élargir.`,
  }),
  'inventory.device-elsewhere': sentence<{ devEui: string }>({
    kind: 'conflict',
    en: (c) => `Device ${c.devEui} is already registered, but not within your access: the administrator of this server can tell where.`,
    fr: (c) => `L’appareil ${c.devEui} est déjà enregistré, mais hors de votre périmètre : l’administrateur du serveur peut dire où.`,
  }),
  'inventory.device-retired': sentence<{ devEui: string }>({
    kind: 'conflict',
    en: (c) => `Device ${c.devEui} is retired: put it back in stock before installing it.`,
    fr: (c) => `L’appareil ${c.devEui} est réformé : remettez-le en stock avant de le poser.`,
  }),
  'inventory.tenant-unknown': sentence<{ tenant: string; tenants: string }>({
    kind: 'refused',
    en: (c) => `There is no tenant "${c.tenant}"; there are: ${c.tenants}. If it is a new one, say so: --new-tenant (newTenant: true).`,
    fr: (c) => `Aucun tenant « ${c.tenant} » ; il y a : ${c.tenants}. S’il est nouveau, dites-le : --new-tenant (newTenant: true).`,
  }),
  'inventory.service-unknown': sentence<{ service: string; tenant: string; services: string }>({
    kind: 'refused',
    en: (c) =>
      `Tenant "${c.tenant}" has no service "${c.service}"; it has: ${c.services || 'none'}. If it is a new one, say so: --new-service (newService: true).`,
    fr: (c) =>
      `Le tenant « ${c.tenant} » n’a pas de service « ${c.service} » ; il a : ${c.services || 'aucun'}. S’il est nouveau, dites-le : --new-service (newService: true).`,
  }),
  'inventory.asset-other-service': sentence<{ asset: string; service: string; of: string }>({
    kind: 'conflict',
    en: (c) => `Asset "${c.asset}" belongs to service "${c.of}", not "${c.service}": check the asset, or leave the service out.`,
    fr: (c) =>
      `L’équipement « ${c.asset} » est du service « ${c.of} », pas « ${c.service} » : vérifiez l’équipement, ou n’indiquez pas le service.`,
  }),
  'inventory.model-other-service': sentence<{ asset: string; of: string; model: string; service: string }>({
    kind: 'conflict',
    en: (c) =>
      `Asset "${c.asset}" belongs to service "${c.of}", and ${c.model} is a model for "${c.service}": check the asset. If it is meant, say --service ${c.of} too.`,
    fr: (c) =>
      `L’équipement « ${c.asset} » est du service « ${c.of} », et ${c.model} est un modèle pour « ${c.service} » : vérifiez l’équipement. Si c’est voulu, ajoutez --service ${c.of}.`,
  }),
  'inventory.asset-served': sentence<{ asset: string; channel: string; devEui: string; heard: string }>({
    kind: 'conflict',
    en: (c) =>
      `Asset "${c.asset}" is served by device ${c.devEui} (${c.channel}), ${c.heard === '' ? 'never heard so far' : `whose last reading came at ${c.heard}`}: check the asset. To put this device in its place, say --replace (replace: true).`,
    fr: (c) =>
      `L’équipement « ${c.asset} » est servi par l’appareil ${c.devEui} (${c.channel}), ${c.heard === '' ? 'jamais entendu jusqu’ici' : `dont le dernier relevé date du ${c.heard}`} : vérifiez l’équipement. Pour mettre cet appareil-ci à sa place, dites --replace (replace: true).`,
  }),
  'inventory.assignment-overlaps': sentence<{ object: string; from: string; since: string; until: string }>({
    kind: 'conflict',
    en: (c) =>
      c.until === ''
        ? `${c.object} is assigned from ${c.since} on, which is not before ${c.from}: give a date after ${c.since}.`
        : `${c.object} was assigned from ${c.since} to ${c.until}, and ${c.from} is before that end: give ${c.until} or a later date.`,
    fr: (c) =>
      c.until === ''
        ? `${c.object} est affecté depuis le ${c.since}, ce qui n’est pas avant le ${c.from} : donnez une date après le ${c.since}.`
        : `${c.object} a été affecté du ${c.since} au ${c.until}, et le ${c.from} est avant cette fin : donnez le ${c.until} ou une date ultérieure.`,
  }),
  'inventory.bad-cursor': sentence({
    kind: 'wrong-use',
    en: () => 'The cursor is not one of this list: take it as it is from the page before, or start without one.',
    fr: () => 'Le curseur n’est pas de cette liste : reprenez-le tel quel de la page précédente, ou repartez sans curseur.',
  }),
}
