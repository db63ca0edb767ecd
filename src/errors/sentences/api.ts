import { sentence } from '../sentence.ts'

export const apiSentences = {
  'api.unauthenticated': sentence({
    kind: 'unauthenticated',
    en: () => 'A valid token is needed. On the server’s own host the command line finds one by itself; elsewhere give --token or ONDINE_TOKEN.',
    fr: () =>
      'Un jeton valide est nécessaire. Sur la machine du serveur, la ligne de commande le trouve seule ; ailleurs, donnez --token ou ONDINE_TOKEN.',
  }),
  'api.forbidden': sentence<{ role: string; action: string }>({
    kind: 'forbidden',
    en: (c) => `A token with the role ${c.role} may not do this (${c.action}). Ask an administrator for another token.`,
    fr: (c) => `Un jeton de rôle ${c.role} ne permet pas cette action (${c.action}). Demandez un autre jeton à un administrateur.`,
  }),
  'api.not-found': sentence<{ kind: string; name: string }>({
    kind: 'not-found',
    en: (c) => `There is no ${c.kind} ${c.name}, or this token may not see it.`,
    fr: (c) => `Introuvable : ${c.kind} ${c.name} n’existe pas, ou ce jeton ne permet pas de le voir.`,
  }),
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
  'api.bad-cursor': sentence({
    kind: 'wrong-use',
    en: () => 'This cursor is not one of ours: give back the cursor of the page before as it came.',
    fr: () => 'Ce curseur n’est pas l’un des nôtres : rendez tel quel le curseur de la page précédente.',
  }),
  'api.no-port': sentence<{ host: string; port: number }>({
    kind: 'failed',
    en: (c) => `No free port at ${c.host} from ${c.port} on. Set listen.port in ondine.yaml, or ONDINE_LISTEN_PORT.`,
    fr: (c) => `Aucun port libre sur ${c.host} à partir de ${c.port}. Réglez listen.port dans ondine.yaml, ou ONDINE_LISTEN_PORT.`,
  }),
}
