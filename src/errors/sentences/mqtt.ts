import { sentence } from '../sentence.ts'

export const mqttSentences = {
  'broker.unreachable': sentence<{ reason: string }>({
    kind: 'unreachable',
    en: (c) => `The MQTT broker does not answer: ${c.reason}. Check its address in broker.url and that it is running.`,
    fr: (c) => `Le broker MQTT ne répond pas : ${c.reason}. Vérifiez son adresse dans broker.url et qu’il fonctionne.`,
  }),
  'broker.refused': sentence<{ what: string; reason: string }>({
    kind: 'refused',
    en: (c) => `The MQTT broker refuses ${c.what}: ${c.reason}. Check the user name, the password and the broker’s access list.`,
    fr: (c) =>
      `Le broker MQTT refuse ${c.what} : ${c.reason}. Vérifiez le nom d’utilisateur, le mot de passe et la liste d’accès du broker.`,
  }),
  'broker.ca-unreadable': sentence<{ file: string; reason: string }>({
    kind: 'wrong-use',
    en: (c) => `The file ${c.file} named by broker.ca cannot be read: ${c.reason}.`,
    fr: (c) => `Le fichier ${c.file} indiqué par broker.ca est illisible : ${c.reason}.`,
  }),
}
