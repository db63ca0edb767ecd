/** What a column of a delivery can be. `session`: keys and addresses of ABP, which are never kept. */
export const fields = ['devEui', 'joinEui', 'appKey', 'nwkKey', 'genAppKey', 'serial', 'name', 'model'] as const
export type Field = (typeof fields)[number]

/** A title as the dictionary has it: letters and digits only, no accents, lower case. `N° de série` is `ndeserie`. */
export function plainTitle(title: string): string {
  return title
    .slice(0, 200)
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')
}

const eui = '(?:hex|hexa|64|msb|lsb|littleendian|bigendian|hexadecimal)*'
const key = '(?:hex|hexa|128|aes|aes128|msb|otaa|lorawan|hexadecimal)*'

/** French, English and German. The first that fits counts; a weak one counts only where no column fits better and the content agrees. */
const dictionary: readonly { field: Field | 'session'; weak?: true; title: RegExp }[] = [
  {
    field: 'session',
    title:
      /^(?:lorawan|lora)?(?:[fs]?nwk(?:s|senc|sint)key|f?nwksintkey|snwksintkey|nwksenckey|appskey|networksessionkey|applicationsessionkey|appsessionkey|nwksessionkey|clesession.*|cledesession.*|sitzungsschlussel.*|devaddr|deviceaddress)(?:hex)?$/,
  },
  { field: 'genAppKey', title: new RegExp(`^(?:lorawan)?(?:gen(?:eric)?appkey|genericapplicationkey)${key}$`) },
  {
    field: 'nwkKey',
    title: new RegExp(`^(?:lorawan|lora|otaa)?(?:nwkkey|networkkey|nwkrootkey|cle(?:de)?reseau|netzwerkschlussel)${key}$`),
  },
  {
    field: 'appKey',
    title: new RegExp(
      `^(?:lorawan|lora|otaa)?(?:appkey|applicationkey|approotkey|otaakey|keyotaa|cleotaa|cleapp|cleapplication|cledapplication|cleapplicative|clelora|clelorawan|otaaschlussel|appschlussel|anwendungsschlussel|applikationsschlussel|applicationschlussel|rootkey|lorakey|lorawankey)${key}$`,
    ),
  },
  {
    field: 'joinEui',
    title: new RegExp(
      `^(?:lorawan|lora|otaa)?(?:joineui|appeui|applicationeui|joinservereui|euiapplication|euijoin|euiapp|anwendungseui)${eui}$`,
    ),
  },
  {
    field: 'devEui',
    title: new RegExp(
      `^(?:lorawan|lora|otaa)?(?:deveui|deviceeui|enddeviceeui|euidevice|euidev|euicapteur|euimodule|euiradio|identifiantradio|idradio|radioid|radioeui|identifiantlora|identifiantlorawan|numeroradio|noradio|nradio|adresseradio|funkid|funkadresse|funknummer|funkmodulid|gerateeui|geraeteeui|radioadresse|lorawanid|loraid)${eui}$`,
    ),
  },
  {
    field: 'serial',
    title:
      /^(?:device|meter|module|produkt|product|gerate|geraete|zahler|zaehler)?(?:serial|serialno|serialnr|serialnumber|sn|serno|sernr|seriennummer|seriennr|serie|nserie|noserie|numserie|nserie|ndeserie|node(?:serie)|numerodeserie|numeroserie|matricule|numerocompteur|numerodecompteur|ncompteur|nocompteur|zahlernummer|zaehlernummer|geratenummer|geraetenummer|fabriknummer|meternumber|meterid|fabricationnumber|numerodefabrication)$/,
  },
  {
    field: 'name',
    title: /^(?:device)?(?:name|nom|bezeichnung|geratename|geraetename|libelle|label|nomappareil|nomducapteur|devicename)$/,
  },
  {
    field: 'model',
    title:
      /^(?:device|product|produkt|gerate|geraete)?(?:model|modele|modell|modelname|typ|type|typeappareil|typedappareil|devicetype|produit|product|produkt)$/,
  },
  {
    field: 'devEui',
    weak: true,
    title: new RegExp(
      `^(?:eui|dev|deviceid|devid|id|identifiant|identifier|identification|kennung|mac|macadresse|adressemac|macaddress|ieee|uid)${eui}$`,
    ),
  },
  {
    field: 'appKey',
    weak: true,
    title: new RegExp(
      `^(?:key|cle|schlussel|cleradio|cledechiffrement|clechiffrement|clecryptage|encryptionkey|devicekey|secret|aeskey|cleaes)${key}$`,
    ),
  },
]

export interface TitleMeaning {
  field: Field | 'session'
  weak: boolean
}

/** What a title says its column is; null: nothing known. A path (`ids.dev_eui`, `root_keys.app_key.key`) is known by its end. */
export function meaningOfTitle(title: string): TitleMeaning | null {
  const whole = meaningOfPlain(plainTitle(title))
  if (whole !== null || !title.includes('.')) return whole
  const steps = title.split('.').map(plainTitle)
  if (['key', 'value', 'hex'].includes(steps.at(-1) ?? '')) steps.pop()
  return meaningOfPlain(steps.at(-1) ?? '')
}

export function fieldOfTitle(title: string): Field | 'session' | null {
  const meaning = meaningOfTitle(title)
  return meaning === null || meaning.weak ? null : meaning.field
}

const known = new Map<string, TitleMeaning | null>()

function meaningOfPlain(plain: string): TitleMeaning | null {
  const before = known.get(plain)
  if (before !== undefined) return before
  const found = dictionary.find(({ title }) => title.test(plain))
  const meaning = found === undefined ? null : { field: found.field, weak: found.weak === true }
  // Cells are asked about too: no memory without an end.
  if (known.size < 1_000) known.set(plain, meaning)
  return meaning
}
