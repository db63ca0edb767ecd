import { sentence } from '../sentence.ts'

/** Why a supplier's delivery is not imported. None repeats what stands in its cells: they may be keys. */
export const deliverySentences = {
  'delivery.not-there': sentence<{ file: string }>({
    kind: 'not-found',
    en: (c) => `There is no file ${c.file}.`,
    fr: (c) => `Il n’y a pas de fichier ${c.file}.`,
  }),
  'delivery.unreadable': sentence<{ file: string; reason: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} cannot be read: ${c.reason}.`,
    fr: (c) => `${c.file} est illisible : ${c.reason}.`,
  }),
  'delivery.empty': sentence<{ file: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} is empty. Ask the supplier to send it again.`,
    fr: (c) => `${c.file} est vide. Demandez au fournisseur de le renvoyer.`,
  }),
  'delivery.old-excel': sentence<{ file: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} is an old Excel file (XLS), or one with a password: open it and save it as XLSX, without a password.`,
    fr: (c) => `${c.file} est un ancien fichier Excel (XLS), ou protégé : ouvrez-le et enregistrez-le en XLSX, sans mot de passe.`,
  }),
  'delivery.other-format': sentence<{ file: string; format: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} is ${c.format}: ask for CSV, XLSX, JSON or XML, or unpack it.`,
    fr: (c) => `${c.file} est du ${c.format} : demandez du CSV, XLSX, JSON ou XML, ou décompressez-le.`,
  }),
  'delivery.no-records': sentence<{ file: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} holds no list of devices: a list of objects with a devEui is looked for.`,
    fr: (c) => `${c.file} ne contient pas de liste d’appareils : on y cherche une liste d’objets avec un devEui.`,
  }),
  'delivery.no-sheet': sentence<{ file: string; sheet: string; sheets: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} has no sheet "${c.sheet}". Its sheets: ${c.sheets}.`,
    fr: (c) => `${c.file} n’a pas de feuille « ${c.sheet} ». Ses feuilles : ${c.sheets}.`,
  }),
  'delivery.no-sheets': sentence<{ file: string; format: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} is ${c.format} and has no sheets: leave out --sheet.`,
    fr: (c) => `${c.file} est du ${c.format}, sans feuilles : ne donnez pas --sheet.`,
  }),
  'delivery.no-dev-eui': sentence<{ file: string; seen: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file}: no column is a devEui (16 hexadecimal digits that differ by row). Columns seen: ${c.seen}.`,
    fr: (c) =>
      `${c.file} : aucune colonne n’est un devEui (16 chiffres hexadécimaux, différents à chaque ligne). Colonnes vues : ${c.seen}.`,
  }),
  'delivery.column-ambiguous': sentence<{ file: string; field: string; seen: string }>({
    kind: 'wrong-use',
    en: (c) =>
      `${c.file}: several columns may be the ${c.field}: ${c.seen}. Give the right one the title "${c.field}", or name it in suppliers/<name>.yaml and give --supplier <name>.`,
    fr: (c) =>
      `${c.file} : plusieurs colonnes peuvent être le ${c.field} : ${c.seen}. Titrez la bonne « ${c.field} », ou nommez-la dans suppliers/<nom>.yaml et donnez --supplier <nom>.`,
  }),
  'delivery.profile-differs': sentence<{ file: string; supplier: string; column: string }>({
    kind: 'wrong-use',
    en: (c) =>
      `${c.file} has no column "${c.column}", which supplier ${c.supplier} used to send. Try --supplier auto, or mend suppliers/${c.supplier}.yaml.`,
    fr: (c) =>
      `${c.file} n’a pas de colonne « ${c.column} », habituelle chez ${c.supplier}. Essayez --supplier auto, ou corrigez suppliers/${c.supplier}.yaml.`,
  }),
  'delivery.profile-invalid': sentence<{ file: string; path: string; reason: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file}: ${c.path}: ${c.reason}.`,
    fr: (c) => `${c.file} : ${c.path} : ${c.reason}.`,
  }),
  'delivery.bad-supplier': sentence<{ supplier: string }>({
    kind: 'wrong-use',
    en: (c) => `"${c.supplier}" cannot name a supplier: letters, digits, "." "_" "-", at most 64.`,
    fr: (c) => `« ${c.supplier} » ne peut pas nommer un fournisseur : lettres, chiffres, « . » « _ » « - », 64 au plus.`,
  }),
  'delivery.bad-slug': sentence<{ option: string; value: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.option} does not take "${c.value}": letters, digits, "." "_" "-", at most 64.`,
    fr: (c) => `${c.option} n’accepte pas « ${c.value} » : lettres, chiffres, « . » « _ » « - », 64 au plus.`,
  }),
  'delivery.no-place': sentence<{ option: string }>({
    kind: 'wrong-use',
    en: (c) => `Whose devices are these? Give ${c.option}, or only look with --check.`,
    fr: (c) => `À qui sont ces appareils ? Donnez ${c.option}, ou regardez seulement avec --check.`,
  }),
  'delivery.no-model': sentence<{ count: number }>({
    kind: 'wrong-use',
    en: (c) => `${c.count} devices have no model: give --model vendor/model. List the models with: ondine codec list`,
    fr: (c) => `${c.count} appareils n’ont pas de modèle : donnez --model vendeur/modele. Pour voir les modèles : ondine codec list`,
  }),
  'delivery.no-recipient': sentence<{ file: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} names no recipient, to whom the keys are encrypted ("recipient: age1…"). Make a territory with: ondine init`,
    fr: (c) => `${c.file} n’indique pas à qui chiffrer les clés (« recipient: age1… »). Pour créer un territoire : ondine init`,
  }),
  'delivery.undeclared': sentence<{ option: string; name: string; near: string; known: string }>({
    kind: 'wrong-use',
    en: (c) =>
      `${c.option}: territory.yaml declares no "${c.name}"${c.near === '' ? '' : `; did you mean ${c.near}?`}${c.near === '' && c.known !== '' ? `, but ${c.known}` : ''}${c.near === '' ? '.' : ''} Otherwise declare it there first.`,
    fr: (c) =>
      `${c.option} : territory.yaml ne déclare pas « ${c.name} »${c.near === '' ? '' : ` ; vouliez-vous dire ${c.near} ?`}${c.near === '' && c.known !== '' ? `, mais ${c.known}` : ''}${c.near === '' ? '.' : ''} Sinon, déclarez-le d’abord.`,
  }),
  'delivery.exists': sentence<{ file: string; free: string }>({
    kind: 'conflict',
    en: (c) =>
      `${c.file} is there already, from a former import. If this is another delivery: --name ${c.free}; to write that one anew: --replace`,
    fr: (c) =>
      `${c.file} existe déjà, d’un import précédent. Si c’est une autre livraison : --name ${c.free} ; pour réécrire celle-là : --replace`,
  }),
  'delivery.would-drop': sentence<{ file: string; count: number; first: string; free: string }>({
    kind: 'conflict',
    en: (c) =>
      `${c.count} ${c.count === 1 ? 'device' : 'devices'} of ${c.file} would no longer be in it, nor ${c.count === 1 ? 'its' : 'their'} keys (first: ${c.first}). If this is another delivery: --name ${c.free}; to do without them: --replace --drop-missing`,
    fr: (c) =>
      `${c.count} ${c.count === 1 ? `appareil de ${c.file} n’y serait plus, ni ses clés` : `appareils de ${c.file} n’y seraient plus, ni leurs clés`} (premier : ${c.first}). Si c’est une autre livraison : --name ${c.free} ; pour s’en passer : --replace --drop-missing`,
  }),
  'delivery.would-empty': sentence<{ file: string; count: number; first: string }>({
    kind: 'conflict',
    en: (c) =>
      `No row of this file is taken, so ${c.file} would be empty: ${c.count === 1 ? 'its one device' : `all its ${c.count} devices`} and the keys would be lost (first: ${c.first}). To see why: the same line with --check; to empty it all the same: --replace --drop-missing`,
    fr: (c) =>
      `Aucune ligne de ce fichier n’est prise : ${c.file} serait vide, ${c.count === 1 ? 'son seul appareil' : `ses ${c.count} appareils`} et les clés seraient perdus (premier : ${c.first}). Pour savoir pourquoi : la même commande avec --check ; pour la vider malgré tout : --replace --drop-missing`,
  }),
  'delivery.encrypted': sentence<{ file: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} is encrypted with age: give the key file with --identity.`,
    fr: (c) => `${c.file} est chiffré avec age : donnez le fichier de clé avec --identity.`,
  }),
  'delivery.rows-refused': sentence<{ refused: number; rows: number }>({
    kind: 'failed',
    en: (c) => `${c.refused} of ${c.rows} ${c.rows === 1 ? 'row' : 'rows'} ${c.refused === 1 ? 'is' : 'are'} refused.`,
    fr: (c) => (c.refused === 1 ? `1 ligne sur ${c.rows} est refusée.` : `${c.refused} lignes sur ${c.rows} sont refusées.`),
  }),
}
