import { sentence } from '../sentence.ts'

export const apiSentences = {
  'api.no-route': sentence<{ method: string; path: string }>({
    kind: 'not-found',
    en: (c) => `There is nothing at ${c.method} ${c.path}. The routes are described at /docs.`,
    fr: (c) => `Il n’y a rien à ${c.method} ${c.path}. Les routes sont décrites à /docs.`,
  }),
  'api.invalid': sentence<{ fields: string }>({
    kind: 'wrong-use',
    en: (c) => `The request is not as it should be: ${c.fields}.`,
    fr: (c) => `La requête n’est pas correcte : ${c.fields}.`,
  }),
  'api.malformed': sentence({
    kind: 'wrong-use',
    en: () => 'The body of the request is not JSON. Send application/json.',
    fr: () => 'Le corps de la requête n’est pas du JSON. Envoyez application/json.',
  }),
  'api.too-large': sentence<{ limit: number }>({
    kind: 'wrong-use',
    en: (c) => `The body of the request is larger than ${c.limit} bytes.`,
    fr: (c) => `Le corps de la requête dépasse ${c.limit} octets.`,
  }),
  'api.no-port': sentence<{ host: string; port: number }>({
    kind: 'failed',
    en: (c) => `No free port at ${c.host} from ${c.port} on. Set listen.port in ondine.yaml, or ONDINE_LISTEN_PORT.`,
    fr: (c) => `Aucun port libre sur ${c.host} à partir de ${c.port}. Réglez listen.port dans ondine.yaml, ou ONDINE_LISTEN_PORT.`,
  }),
  'api.cannot-listen': sentence<{ host: string; port: number; reason: string }>({
    kind: 'failed',
    en: (c) => `Cannot listen at ${c.host}, port ${c.port} (${c.reason}). Set listen.host to an address of this machine and listen.port.`,
    fr: (c) =>
      `Impossible d’écouter sur ${c.host}, port ${c.port} (${c.reason}). Réglez listen.host sur une adresse de cette machine, et listen.port.`,
  }),
}
