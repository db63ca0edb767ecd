import { sentence } from '../sentence.ts'

export const ageSentences = {
  'age.no-age-file': sentence({
    kind: 'wrong-use',
    en: () => 'This file is not encrypted with age: it does not begin as one.',
    fr: () => 'Ce fichier n’est pas chiffré avec age : il ne commence pas comme il le devrait.',
  }),
  'age.wrong-identity': sentence({
    kind: 'refused',
    en: () => 'This identity does not open the file: it was encrypted for another recipient. Ask for it again, for yours.',
    fr: () => 'Cette identité n’ouvre pas le fichier : il a été chiffré pour un autre destinataire. Redemandez-le, pour le vôtre.',
  }),
  'age.identity-malformed': sentence({
    kind: 'wrong-use',
    en: () => 'This is no identity of age: its file holds a line that begins with AGE-SECRET-KEY-1.',
    fr: () => 'Ce n’est pas une identité age : son fichier contient une ligne qui commence par AGE-SECRET-KEY-1.',
  }),
  'age.recipient-malformed': sentence({
    kind: 'wrong-use',
    en: () => 'This is no recipient of age: it begins with age1 and is copied whole.',
    fr: () => 'Ce n’est pas un destinataire age : il commence par age1 et se copie en entier.',
  }),
  'age.passphrase': sentence({
    kind: 'refused',
    en: () => 'This file is encrypted with a passphrase: ask for it encrypted to a recipient (age -r).',
    fr: () => 'Ce fichier est chiffré par une phrase secrète : demandez-le chiffré pour un destinataire (age -r).',
  }),
  'age.damaged': sentence({
    kind: 'refused',
    en: () => 'This file of age is damaged or cut short: ask for it again.',
    fr: () => 'Ce fichier age est abîmé ou tronqué : redemandez-le.',
  }),
}
