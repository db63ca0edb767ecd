import { sentence } from '../sentence.ts'

export const cliSentences = {
  'cli.typed-key': sentence<{ stdin: string }>({
    kind: 'wrong-use',
    en: (c) =>
      `This label carries a key, and what is typed stays in the history of the shell: give its picture, or ${c.stdin} and paste it.`,
    fr: (c) =>
      `Cette étiquette porte une clé, et ce qui est tapé reste dans l’historique du shell : donnez son image, ou ${c.stdin} puis collez-la.`,
  }),
  'cli.keys-unread': sentence({
    kind: 'wrong-use',
    en: () => 'No key was read: type it when asked, or give it on standard input, one "appKey=…" a line.',
    fr: () => 'Aucune clé lue : tapez-la à la demande, ou donnez-la sur l’entrée standard, un « appKey=… » par ligne.',
  }),
  'cli.life-failed': sentence<{ number: number; problem: string }>({
    kind: 'failed',
    en: (c) => `Job ${c.number} failed: ${c.problem} What was done so far: ondine jobs show ${c.number}`,
    fr: (c) => `La tâche ${c.number} a échoué : ${c.problem} Ce qui est fait : ondine jobs show ${c.number}`,
  }),
  'cli.file-there': sentence<{ file: string }>({
    kind: 'conflict',
    en: (c) => `${c.file} is there already and is not replaced: give another folder, or move it away.`,
    fr: (c) => `${c.file} existe déjà et n’est pas remplacé : donnez un autre dossier, ou déplacez-le.`,
  }),
  'cli.usage': sentence<{ reason: string }>({
    kind: 'wrong-use',
    en: (c) => c.reason,
    fr: (c) => c.reason,
  }),
  'cli.unreachable': sentence<{ url: string; reason: string }>({
    kind: 'unreachable',
    en: (c) => `No answer from ${c.url} (${c.reason}). Is the server running? Start it with: npx ondine start`,
    fr: (c) => `Pas de réponse de ${c.url} (${c.reason}). Le serveur tourne-t-il ? Démarrez-le : npx ondine start`,
  }),
  'cli.no-server': sentence<{ dataDir: string }>({
    kind: 'unreachable',
    en: (c) =>
      `No server runs with the data directory ${c.dataDir}. Start it with: npx ondine start. For one elsewhere, give --url and --token.`,
    fr: (c) =>
      `Aucun serveur ne tourne avec le répertoire de données ${c.dataDir}. Démarrez-le : npx ondine start. Pour un autre, donnez --url et --token.`,
  }),
  'cli.no-token': sentence<{ file: string }>({
    kind: 'unauthenticated',
    en: (c) => `No token: give --token or ONDINE_TOKEN, or run this where ${c.file} can be read.`,
    fr: (c) => `Pas de jeton : donnez --token ou ONDINE_TOKEN, ou lancez la commande là où ${c.file} est lisible.`,
  }),
  'cli.bad-url': sentence<{ url: string }>({
    kind: 'wrong-use',
    en: (c) => `"${c.url}" is not an address. Write for example http://127.0.0.1:8420.`,
    fr: (c) => `« ${c.url} » n’est pas une adresse. Écrivez par exemple http://127.0.0.1:8420.`,
  }),
  'cli.url-credentials': sentence({
    kind: 'wrong-use',
    en: () => 'The address of the server takes no user name or password: give the token with --token or ONDINE_TOKEN.',
    fr: () => 'L’adresse du serveur n’admet ni nom d’utilisateur ni mot de passe : donnez le jeton par --token ou ONDINE_TOKEN.',
  }),
  'cli.not-ours': sentence<{ status: number }>({
    kind: 'failed',
    en: (c) => `What answers at this address is not Ondine (HTTP ${c.status}). Check --url or ONDINE_URL.`,
    fr: (c) => `Ce qui répond à cette adresse n’est pas Ondine (HTTP ${c.status}). Vérifiez --url ou ONDINE_URL.`,
  }),
  'cli.unwell': sentence({
    kind: 'failed',
    en: () => 'Something is wrong: see the lines with a cross.',
    fr: () => 'Quelque chose ne va pas : voir les lignes avec une croix.',
  }),
  'cli.stream-ended': sentence({
    kind: 'unreachable',
    en: () =>
      'The server ended the stream: it was stopped or restarted, or the token is no longer in force. What came since: ondine reading list',
    fr: () =>
      'Le serveur a mis fin au flux : il a été arrêté ou redémarré, ou le jeton n’est plus en vigueur. Pour voir la suite : ondine reading list',
  }),
  'cli.export-cut': sentence<{ reason: string }>({
    kind: 'unreachable',
    en: (c) =>
      `The answer was cut short (${c.reason}): nothing was kept of it. Ask again; smaller spans (--from, --to) come through sooner.`,
    fr: (c) =>
      `La réponse a été coupée (${c.reason}) : rien n’en est gardé. Redemandez ; des durées plus courtes (--from, --to) passent plus vite.`,
  }),
  'cli.binary-terminal': sentence({
    kind: 'wrong-use',
    en: () => 'Parquet is not for eyes: name a file with --output, or send standard output to one.',
    fr: () => 'Parquet ne se lit pas à l’écran : donnez un fichier avec --output, ou redirigez la sortie.',
  }),
  'cli.cannot-write': sentence<{ file: string; reason: string }>({
    kind: 'failed',
    en: (c) => `${c.file} cannot be written (${c.reason}).`,
    fr: (c) => `${c.file} ne peut pas être écrit (${c.reason}).`,
  }),
  'cli.not-confirmed': sentence<{ number: string; state: string }>({
    kind: 'failed',
    en: (c) => `Order ${c.number} ended as ${c.state}. See: ondine command show ${c.number}`,
    fr: (c) => `L’ordre ${c.number} a fini : ${c.state}. Voir : ondine command show ${c.number}`,
  }),
  'init.token-refused': sentence<{ url: string }>({
    kind: 'refused',
    en: (c) => `ChirpStack at ${c.url} answers, and does not know this API key: make one there under API keys, and copy all of it.`,
    fr: (c) => `ChirpStack à ${c.url} répond, mais ne connaît pas cette clé d’API : créez-en une sous API keys et copiez-la en entier.`,
  }),
  'init.broker-refused': sentence<{ url: string; reason: string }>({
    kind: 'unreachable',
    en: (c) => `The broker at ${c.url} does not take us: ${c.reason}.`,
    fr: (c) => `Le broker à ${c.url} ne nous accepte pas : ${c.reason}.`,
  }),
  'init.no-store': sentence<{ url: string; reason: string }>({
    kind: 'unreachable',
    en: (c) => `There is no such InfluxDB at ${c.url}: ${c.reason}.`,
    fr: (c) => `Il n’y a pas de tel InfluxDB à ${c.url} : ${c.reason}.`,
  }),
  'init.store-refused': sentence<{ url: string }>({
    kind: 'refused',
    en: (c) => `InfluxDB at ${c.url} answers, and refuses the token or password.`,
    fr: (c) => `InfluxDB à ${c.url} répond, mais refuse le jeton ou le mot de passe.`,
  }),
}
