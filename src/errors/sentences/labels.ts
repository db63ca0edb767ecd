import { sentence } from '../sentence.ts'

const forms = 'LW:D0:…'

/** Of the text of a QR code. It may hold a key: these sentences count what was seen and repeat none of it. */
export const labelSentences = {
  'label.empty': sentence({ kind: 'wrong-use', en: () => 'The label says nothing.', fr: () => 'L’étiquette ne dit rien.' }),
  'label.too-long': sentence<{ length: number }>({
    kind: 'wrong-use',
    en: (c) => `${c.length} characters are more than a QR code holds: is this the text of one label?`,
    fr: (c) => `${c.length} caractères, c’est plus que n’en tient un QR code : est-ce bien le texte d’une étiquette ?`,
  }),
  'label.unknown': sentence({
    kind: 'refused',
    en: () =>
      `No EUI is in this text: it is not the label of a LoRaWAN device. Look for another code beside it, one that begins with ${forms}`,
    fr: () =>
      `Aucun EUI dans ce texte : ce n’est pas l’étiquette d’un appareil LoRaWAN. Cherchez un autre code à côté, qui commence par ${forms}`,
  }),
  'label.ambiguous': sentence<{ euis: number; keys: number }>({
    kind: 'refused',
    en: (c) =>
      `The label has no names and can be read in several ways: ${c.euis} groups of 16 digits, ${c.keys} of 32. Write what is what: "DevEUI=… AppEUI=… AppKey=…".`,
    fr: (c) =>
      `L’étiquette n’a pas de noms et peut se lire de plusieurs façons : ${c.euis} groupes de 16 chiffres, ${c.keys} de 32. Écrivez ce qui est quoi : « DevEUI=… AppEUI=… AppKey=… ».`,
  }),
  'label.order': sentence({
    kind: 'refused',
    en: () =>
      'Of the two EUIs without names the second, not the first, begins as those of known devices do. Write what is what: "DevEUI=… AppEUI=…".',
    fr: () =>
      'Des deux EUI sans noms, c’est le second, pas le premier, qui commence comme ceux d’appareils connus. Écrivez ce qui est quoi : « DevEUI=… AppEUI=… ».',
  }),
  'label.mixed': sentence<{ count: number }>({
    kind: 'refused',
    en: (c) => `Beside the fields with names, the label has ${c.count} EUIs or keys without one: write what they are.`,
    fr: (c) => `À côté des champs nommés, l’étiquette a ${c.count} EUI ou clés sans nom : écrivez ce que c’est.`,
  }),
  'label.part': sentence<{ part: string; wanted: number; digits: number; others: number }>({
    kind: 'refused',
    en: (c) =>
      `${c.part} has ${c.wanted} hexadecimal digits, the label has ${c.digits} there${c.others === 0 ? '' : ` and ${c.others} other signs`}.`,
    fr: (c) =>
      `${c.part} a ${c.wanted} chiffres hexadécimaux, l’étiquette en a ${c.digits} à cet endroit${c.others === 0 ? '' : ` et ${c.others} autres signes`}.`,
  }),
  'label.zero': sentence({
    kind: 'refused',
    en: () => 'The devEui is all zeros: this is a sample label, not that of a device.',
    fr: () => 'Le devEui n’est que des zéros : c’est une étiquette d’exemple, pas celle d’un appareil.',
  }),
  'label.schema': sentence<{ known: string }>({
    kind: 'refused',
    en: (c) => `The label follows another schema of the LoRa Alliance than ${c.known}, the one known here.`,
    fr: (c) => `L’étiquette suit un autre schéma de la LoRa Alliance que ${c.known}, le seul connu ici.`,
  }),
  'label.extension': sentence<{ letter: string }>({
    kind: 'refused',
    en: (c) =>
      `After the profile, parts begin with O, S or P, and C comes last (TR005); here is one that begins with ${c.letter}. Scan it again.`,
    fr: (c) =>
      `Après le profil, les parties commencent par O, S ou P, et C vient en dernier (TR005) ; en voici une qui commence par ${c.letter}. Scannez à nouveau.`,
  }),
  'label.checksum': sentence({
    kind: 'refused',
    en: () => 'The checksum of the label does not fit the rest: something was misread or mistyped. Scan it again.',
    fr: () => 'La somme de contrôle de l’étiquette ne correspond pas au reste : erreur de lecture ou de frappe. Scannez à nouveau.',
  }),
  'label.twice': sentence<{ field: string }>({
    kind: 'refused',
    en: (c) => `${c.field} stands twice on the label, with two values.`,
    fr: (c) => `${c.field} figure deux fois sur l’étiquette, avec deux valeurs.`,
  }),
  'label.key-unnamed': sentence<{ name: string }>({
    kind: 'refused',
    en: (c) => `The label has a key under the name "${c.name}", which does not say which one it is: write AppKey, NwkKey or GenAppKey.`,
    fr: (c) => `L’étiquette a une clé sous le nom « ${c.name} », qui ne dit pas laquelle c’est : écrivez AppKey, NwkKey ou GenAppKey.`,
  }),
  'label.no-dev-eui': sentence<{ names: string }>({
    kind: 'refused',
    en: (c) => `The label names no DevEUI, only: ${c.names}.`,
    fr: (c) => `L’étiquette ne nomme pas de DevEUI, seulement : ${c.names}.`,
  }),
  'label.url': sentence<{ host: string }>({
    kind: 'refused',
    en: (c) => `The label is an address of ${c.host} that names no DevEUI: look for another code beside it.`,
    fr: (c) => `L’étiquette est une adresse de ${c.host} qui ne nomme pas de DevEUI : cherchez un autre code à côté.`,
  }),
  'label.json-invalid': sentence({
    kind: 'refused',
    en: () => 'The label begins as JSON and is not valid: was it copied whole?',
    fr: () => 'L’étiquette commence comme du JSON et n’est pas valide : est-elle copiée en entier ?',
  }),
  'label.json-no-object': sentence({
    kind: 'refused',
    en: () => 'The label is JSON, but not one object with the fields of one device.',
    fr: () => 'L’étiquette est du JSON, mais pas un objet avec les champs d’un appareil.',
  }),
  'label.json-nested': sentence({
    kind: 'refused',
    en: () => 'The label is JSON with objects or lists inside: which device is meant cannot be told.',
    fr: () => 'L’étiquette est du JSON qui contient des objets ou des listes : on ne peut dire quel appareil est visé.',
  }),
  'label.json-twice': sentence({
    kind: 'refused',
    en: () => 'The label is JSON in which a name stands twice.',
    fr: () => 'L’étiquette est du JSON où un nom figure deux fois.',
  }),
  'label.json-number': sentence({
    kind: 'refused',
    en: () => 'The label is JSON with an EUI or a key as a number, which loses digits: it must be between quotes.',
    fr: () => 'L’étiquette est du JSON avec un EUI ou une clé sous forme de nombre, ce qui perd des chiffres : il faut des guillemets.',
  }),
}
