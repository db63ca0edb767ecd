import { message, type Words } from '../message.ts'

const words = (en: string, fr: string): Words => ({ en, fr })

/** What the commands for those who write codecs say beside help and errors. */
export const codecWords = {
  'codec.nothing': words('nothing', 'rien'),
  'codec.part-errors': words('errors', 'erreurs'),
  'codec.part-output': words('output', 'output'),
  'codec.part-normalized': words('normalized', 'normalized'),
  'codec.expected': message<{ value: string }>({ en: (c) => `expected ${c.value}`, fr: (c) => `attendu ${c.value}` }),
  'codec.got': message<{ value: string }>({ en: (c) => `got ${c.value}`, fr: (c) => `obtenu ${c.value}` }),
  'codec.example': message<{ number: number; description: string }>({
    en: (c) => `example ${c.number} "${c.description}"`,
    fr: (c) => `exemple ${c.number} « ${c.description} »`,
  }),
  'codec.more': message<{ count: number }>({ en: (c) => `… and ${c.count} more`, fr: (c) => `… et ${c.count} de plus` }),
  'codec.passed': message<{ passed: number; total: number }>({
    en: (c) => `${c.passed} of ${c.total} examples`,
    fr: (c) => `${c.passed} exemple${c.passed > 1 ? 's' : ''} sur ${c.total}`,
  }),
  'codec.covered': message<{ percent: number }>({
    en: (c) => `lines covered ${c.percent} %`,
    fr: (c) => `lignes couvertes ${c.percent} %`,
  }),
  'codec.chirpstack-ok': words('ChirpStack QuickJS: ok, strict mode ok', 'QuickJS de ChirpStack : ok, mode strict ok'),
  'codec.chirpstack-refuses': message<{ error: string; place: string }>({
    en: (c) => `ChirpStack QuickJS refuses it: ${c.error} (${c.place})`,
    fr: (c) => `QuickJS de ChirpStack le refuse : ${c.error} (${c.place})`,
  }),
  'codec.chirpstack-differs': message<{ examples: string }>({
    en: (c) => `ChirpStack QuickJS gives something else: examples ${c.examples}`,
    fr: (c) => `QuickJS de ChirpStack donne autre chose : exemples ${c.examples}`,
  }),
  'codec.slowest': message<{ micros: string }>({
    en: (c) => `slowest decode ${c.micros} µs`,
    fr: (c) => `décodage le plus lent ${c.micros} µs`,
  }),
  'codec.all': message<{ models: number; passed: number; total: number }>({
    en: (c) => `${c.models} models, ${c.passed} of ${c.total} examples`,
    fr: (c) => `${c.models} modèles, ${c.passed} exemples sur ${c.total}`,
  }),
  'codec.watching': message<{ folder: string; time: string }>({
    en: (c) => `${c.time}  watching ${c.folder}: save a file to run again, Ctrl-C ends`,
    fr: (c) => `${c.time}  ${c.folder} est surveillé : enregistrez un fichier pour relancer, Ctrl-C pour finir`,
  }),

  // Why an example fails, perhaps
  'hint.scale-model': message<{ factor: number; from: string; to: string }>({
    en: (c) => `scale in model.yaml? (${c.from} → ${c.to}: ${c.factor})`,
    fr: (c) => `scale dans model.yaml ? (${c.from} → ${c.to} : ${c.factor})`,
  }),
  'hint.scale-factor': message<{ factor: number }>({
    en: (c) => `scale in model.yaml? (scale: ${c.factor})`,
    fr: (c) => `scale dans model.yaml ? (scale: ${c.factor})`,
  }),
  'hint.scale-codec': message<{ factor: number }>({
    en: (c) => `a factor of ${c.factor} is missing in codec.js`,
    fr: (c) => `il manque un facteur ${c.factor} dans codec.js`,
  }),
  'hint.swapped-bytes': words(
    'bytes in the other order? (little-endian, big-endian)',
    'octets dans l’autre ordre ? (little-endian, big-endian)',
  ),
  'hint.sign': words('the sign is turned round', 'le signe est inversé'),
  'hint.unsigned': message<{ bits: number }>({
    en: (c) => `a number of ${c.bits} bits with a sign, read without it (or the other way round)`,
    fr: (c) => `un nombre de ${c.bits} bits signé, lu sans signe (ou l’inverse)`,
  }),
  'hint.text-number': words('a text: give the number itself', 'un texte : donner le nombre lui-même'),
  'hint.yes-no': words('0 or 1: give true or false', '0 ou 1 : donner true ou false'),
  'hint.shifted-time': message<{ seconds: number }>({
    en: (c) => `${Math.abs(c.seconds)} s too ${c.seconds > 0 ? 'late' : 'early'}: another time zone, another epoch?`,
    fr: (c) => `${Math.abs(c.seconds)} s trop ${c.seconds > 0 ? 'tard' : 'tôt'} : autre fuseau, autre époque ?`,
  }),
  'hint.misspelt': message<{ name: string }>({
    en: (c) => `there is ${c.name}: misspelt?`,
    fr: (c) => `il y a ${c.name} : faute de frappe ?`,
  }),
  'hint.missing-key': message<{ field: string }>({
    en: (c) => `codec.js gives no ${c.field} for this frame`,
    fr: (c) => `codec.js ne donne pas ${c.field} pour cette trame`,
  }),
  'hint.follows': message<{ field: string }>({ en: (c) => `follows from ${c.field}`, fr: (c) => `découle de ${c.field}` }),
  'hint.model-field': message<{ field: string }>({
    en: (c) => `model.yaml reads ${c.field}, which codec.js does not give`,
    fr: (c) => `model.yaml lit ${c.field}, que codec.js ne donne pas`,
  }),
  'hint.no-measure': message<{ name: string; channel: string }>({
    en: (c) => `model.yaml has no measure named ${c.name} on channel ${c.channel}`,
    fr: (c) => `model.yaml n’a pas de mesure ${c.name} sur la voie ${c.channel}`,
  }),
  'hint.flagged': message<{ flag: string }>({
    en: (c) => (c.flag === 'missing-parameter' ? 'left out: give it under input.parameters' : `left out: ${c.flag}`),
    fr: (c) => (c.flag === 'missing-parameter' ? 'omis : à donner dans input.parameters' : `omis : ${c.flag}`),
  }),
  'hint.length': message<{ expected: number; got: number }>({
    en: (c) => `${c.got} instead of ${c.expected} entries`,
    fr: (c) => `${c.got} éléments au lieu de ${c.expected}`,
  }),
  'hint.byte': message<{ index: number; expected: string; got: string }>({
    en: (c) => `byte ${c.index} (the first is 0) is ${c.got} instead of ${c.expected}`,
    fr: (c) => `l’octet ${c.index} (le premier est 0) est ${c.got} au lieu de ${c.expected}`,
  }),
  'hint.unlisted-channel': message<{ channel: string }>({
    en: (c) => `the frame gives values of channel ${c.channel}: name it under normalized`,
    fr: (c) => `la trame donne des valeurs de la voie ${c.channel} : à nommer dans normalized`,
  }),
  'hint.not-refused': words('the frame should be refused, and was taken', 'la trame devait être refusée, et a été acceptée'),
  'hint.refused': words('codec.js refuses it', 'codec.js la refuse'),
  'hint.other-error': words('refused, with another error', 'refusée, avec une autre erreur'),
  'hint.too-slow': words('it does not come to its end: an endless loop?', 'il n’en finit pas : une boucle sans fin ?'),
  'hint.crashed': words(
    'the codec ended its process: memory, or an endless recursion?',
    'le codec a mis fin à son processus : mémoire, récursion sans fin ?',
  ),
  'hint.no-result': words('return { data } or { errors }', 'rendre { data } ou { errors }'),
}
