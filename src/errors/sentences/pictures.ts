import { sentence } from '../sentence.ts'

export const pictureSentences = {
  'picture.not-png': sentence<{ file: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} is not a PNG picture: save it as PNG, or scan the code and give its text.`,
    fr: (c) => `${c.file} n’est pas une image PNG : enregistrez-la en PNG, ou scannez le code et donnez son texte.`,
  }),
  'picture.jpeg': sentence<{ file: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} is a JPEG picture, and only PNG is read: save it as PNG, or scan the code and give its text.`,
    fr: (c) => `${c.file} est une image JPEG, et seul le PNG est lu : enregistrez-la en PNG, ou scannez le code et donnez son texte.`,
  }),
  'picture.too-large': sentence<{ file: string; megapixels: number }>({
    kind: 'refused',
    en: (c) => `${c.file} is too large: at most ${c.megapixels} million pixels are read. Cut out the label.`,
    fr: (c) => `${c.file} est trop grande : ${c.megapixels} millions de pixels au plus sont lus. Recadrez sur l’étiquette.`,
  }),
  'picture.damaged': sentence<{ file: string }>({
    kind: 'refused',
    en: (c) => `${c.file} is damaged: it begins as a PNG picture and cannot be read.`,
    fr: (c) => `${c.file} est abîmée : elle commence comme une image PNG et ne peut être lue.`,
  }),
  'picture.unreadable': sentence<{ file: string; reason: string }>({
    kind: 'not-found',
    en: (c) => `The picture ${c.file} cannot be opened: ${c.reason}.`,
    fr: (c) => `L’image ${c.file} ne peut être ouverte : ${c.reason}.`,
  }),
  'picture.several-labels': sentence<{ file: string; devEuis: string }>({
    kind: 'refused',
    en: (c) => `${c.file} shows the labels of several devices (${c.devEuis}): cut out one.`,
    fr: (c) => `${c.file} montre les étiquettes de plusieurs appareils (${c.devEuis}) : recadrez sur une seule.`,
  }),
  'picture.no-code': sentence<{ file: string }>({
    kind: 'refused',
    en: (c) => `No QR code is seen in ${c.file}: take the picture nearer, straight and without reflections.`,
    fr: (c) => `Aucun QR code n’est vu dans ${c.file} : prenez la photo de plus près, de face et sans reflets.`,
  }),
}
