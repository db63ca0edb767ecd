import { sentence } from '../sentence.ts'

export const cliSentences = {
  'cli.usage': sentence<{ reason: string }>({
    kind: 'wrong-use',
    en: (c) => c.reason,
    fr: (c) => c.reason,
  }),
  'cli.unreachable': sentence<{ url: string; reason: string }>({
    kind: 'unreachable',
    en: (c) => `No answer from ${c.url} (${c.reason}). Is the server running? Start it with: ondine start`,
    fr: (c) => `Pas de réponse de ${c.url} (${c.reason}). Le serveur tourne-t-il ? Démarrez-le : ondine start`,
  }),
  'cli.no-token': sentence<{ file: string }>({
    kind: 'unauthenticated',
    en: (c) => `No token: give --token or ONDINE_TOKEN, or run this where ${c.file} can be read.`,
    fr: (c) => `Pas de jeton : donnez --token ou ONDINE_TOKEN, ou lancez la commande là où ${c.file} est lisible.`,
  }),
  'cli.not-ours': sentence<{ url: string; status: number }>({
    kind: 'failed',
    en: (c) => `What answers at ${c.url} is not Ondine (HTTP ${c.status}). Check --url or ONDINE_URL.`,
    fr: (c) => `Ce qui répond à ${c.url} n’est pas Ondine (HTTP ${c.status}). Vérifiez --url ou ONDINE_URL.`,
  }),
  'cli.bad-time': sentence<{ text: string }>({
    kind: 'wrong-use',
    en: (c) => `"${c.text}" is not a time. Write 06:00, or 2026-11-23T06:00, or with an offset 2026-11-23T06:00+01:00.`,
    fr: (c) => `« ${c.text} » n’est pas une heure. Écrivez 06:00, ou 2026-11-23T06:00, ou avec décalage 2026-11-23T06:00+01:00.`,
  }),
  'cli.no-such-time': sentence<{ text: string; zone: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.text} does not exist in ${c.zone}: clocks go forward then. Choose another time.`,
    fr: (c) => `${c.text} n’existe pas en ${c.zone} : l’heure avance à ce moment. Choisissez une autre heure.`,
  }),
  'cli.bad-duration': sentence<{ text: string }>({
    kind: 'wrong-use',
    en: (c) => `"${c.text}" is not a duration. Write 30s, 10m, 1h, 1h30m or 2d.`,
    fr: (c) => `« ${c.text} » n’est pas une durée. Écrivez 30s, 10m, 1h, 1h30m ou 2d.`,
  }),
  'cli.bad-number': sentence<{ name: string; text: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.name}: "${c.text}" is not a number.`,
    fr: (c) => `${c.name} : « ${c.text} » n’est pas un nombre.`,
  }),
  'cli.past': sentence<{ text: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.text} is in the past.`,
    fr: (c) => `${c.text} est déjà passé.`,
  }),
  'cli.not-confirmed': sentence<{ number: string; state: string }>({
    kind: 'failed',
    en: (c) => `Order ${c.number} ended as ${c.state}. See: ondine command show ${c.number}`,
    fr: (c) => `L’ordre ${c.number} a fini : ${c.state}. Voir : ondine command show ${c.number}`,
  }),
}
