import { sentence } from '../sentence.ts'

export const accessSentences = {
  'access.token-missing': sentence({
    kind: 'unauthenticated',
    en: () => 'A token is needed: send the header "Authorization: Bearer ond_…", or set ONDINE_TOKEN for the command line.',
    fr: () =>
      'Un jeton est nécessaire : envoyez l’en-tête « Authorization: Bearer ond_… », ou définissez ONDINE_TOKEN pour la ligne de commande.',
  }),
  'access.token-refused': sentence({
    kind: 'unauthenticated',
    en: () => 'This token is not valid here: check that it was copied whole, or ask your administrator for a new one.',
    fr: () => 'Ce jeton n’est pas valable ici : vérifiez qu’il a été copié en entier, ou demandez-en un nouveau à votre administrateur.',
  }),
  'access.token-expired': sentence<{ name: string; expiresAt: string }>({
    kind: 'unauthenticated',
    en: (c) => `The token "${c.name}" ended on ${c.expiresAt}: ask your administrator for a new one.`,
    fr: (c) => `Le jeton « ${c.name} » a pris fin le ${c.expiresAt} : demandez-en un nouveau à votre administrateur.`,
  }),
  'access.expires-in-past': sentence<{ expiresAt: string }>({
    kind: 'wrong-use',
    en: (c) => `The token would end on ${c.expiresAt}, which is past: give a later time.`,
    fr: (c) => `Le jeton prendrait fin le ${c.expiresAt}, date passée : donnez une date ultérieure.`,
  }),
  'access.token-unknown': sentence<{ token: string }>({
    kind: 'not-found',
    en: (c) => `No token "${c.token}" is in force: ondine token list shows those there are.`,
    fr: (c) => `Aucun jeton « ${c.token} » n’est en vigueur : ondine token list montre ceux qui existent.`,
  }),
  'access.token-ambiguous': sentence<{ token: string }>({
    kind: 'wrong-use',
    en: (c) => `Several tokens are named "${c.token}": say which by --tenant, or by its id (ondine token list --json).`,
    fr: (c) => `Plusieurs jetons s’appellent « ${c.token} » : précisez lequel par --tenant ou par son id (ondine token list --json).`,
  }),
  'access.forbidden': sentence<{ role: string; action: string }>({
    kind: 'forbidden',
    en: (c) => `The role "${c.role}" may not do this (it takes the right to ${c.action}): ask your administrator.`,
    fr: (c) => `Le rôle « ${c.role} » ne permet pas cette action (il faut le droit « ${c.action} ») : voyez votre administrateur.`,
  }),
  'access.one-tenant-only': sentence<{ tenant: string }>({
    kind: 'forbidden',
    en: (c) => `This concerns every tenant, and this token is for "${c.tenant}" alone: ask the administrator of the server.`,
    fr: (c) =>
      `Cela concerne toutes les collectivités, et ce jeton vaut pour « ${c.tenant} » seulement : voyez l’administrateur du serveur.`,
  }),
  'access.wider-than-own': sentence({
    kind: 'forbidden',
    en: () => 'A token cannot give more than yours does: name a tenant, services and communes that are within your own.',
    fr: () => 'Un jeton ne peut donner plus que le vôtre : indiquez un tenant, des services et des communes compris dans les vôtres.',
  }),
  'access.communes-without-tenant': sentence({
    kind: 'wrong-use',
    en: () => 'A token limited to communes belongs to a tenant: name the tenant too.',
    fr: () => 'Un jeton limité à des communes appartient à un tenant : indiquez-le aussi.',
  }),
  'access.tenant-unknown': sentence<{ tenant: string }>({
    kind: 'not-found',
    en: (c) => `There is no tenant "${c.tenant}".`,
    fr: (c) => `Le tenant « ${c.tenant} » n’existe pas.`,
  }),
  'access.name-taken': sentence<{ name: string }>({
    kind: 'conflict',
    en: (c) => `A token named "${c.name}" is already in force: choose another name or revoke it first.`,
    fr: (c) => `Un jeton nommé « ${c.name} » est déjà en vigueur : choisissez un autre nom ou révoquez-le d’abord.`,
  }),
}
