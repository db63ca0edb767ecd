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
    en: (c) => `Asset "${c.asset}" is new: name its service too.`,
    fr: (c) => `L’équipement « ${c.asset} » est nouveau : indiquez aussi son service.`,
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
  'inventory.asset-other-service': sentence<{ asset: string; service: string }>({
    kind: 'conflict',
    en: (c) => `Asset "${c.asset}" exists in another service than "${c.service}": give that service, or another code.`,
    fr: (c) => `L’équipement « ${c.asset} » existe dans un autre service que « ${c.service} » : indiquez ce service, ou un autre code.`,
  }),
  'inventory.assignment-overlaps': sentence<{ object: string; from: string; since: string }>({
    kind: 'conflict',
    en: (c) => `${c.object} is already assigned from ${c.since}, which is not before ${c.from}: give a later date.`,
    fr: (c) => `${c.object} est déjà affecté à partir du ${c.since}, ce qui n’est pas avant le ${c.from} : donnez une date ultérieure.`,
  }),
  'inventory.bad-cursor': sentence({
    kind: 'wrong-use',
    en: () => 'The cursor is not one of this list: take it as it is from the page before, or start without one.',
    fr: () => 'Le curseur n’est pas de cette liste : reprenez-le tel quel de la page précédente, ou repartez sans curseur.',
  }),
}
