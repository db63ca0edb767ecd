import { placeInFrench, reasonInFrench } from '../../errors/reasons-in-french.ts'
import { message, type Words } from '../message.ts'

const words = (en: string, fr: string): Words => ({ en, fr })

/** What the commands for those who write codecs say beside help and errors. */
export const codecWords = {
  'codec.disabled': message<{ strikes: number; reason: string }>({
    en: (c) => `disabled: ${c.reason}`,
    fr: (c) => `désactivé : ${c.reason}`,
  }),
  'codec.struck': message<{ strikes: number; reason: string }>({
    en: (c) => `stopped ${c.strikes} time${c.strikes > 1 ? 's' : ''}: ${c.reason}`,
    fr: (c) => `arrêté ${c.strikes} fois : ${c.reason}`,
  }),
  'codec.enabled': message<{ model: string }>({ en: (c) => `${c.model} is run again`, fr: (c) => `${c.model} est de nouveau exécuté` }),
  'codec.added': message<{ model: string }>({ en: (c) => `added    ${c.model}`, fr: (c) => `ajouté   ${c.model}` }),
  'codec.changed': message<{ model: string }>({ en: (c) => `changed  ${c.model}`, fr: (c) => `modifié  ${c.model}` }),
  'codec.removed': message<{ model: string }>({ en: (c) => `removed  ${c.model}`, fr: (c) => `retiré   ${c.model}` }),
  'codec.broken': message<{ model: string; reason: string }>({
    en: (c) => `broken   ${c.model}: ${c.reason}`,
    fr: (c) => `cassé    ${c.model} : ${c.reason}`,
  }),
  'codec.replaces-shipped': words('replaces the shipped one', 'remplace celui fourni'),
  'codec.unchanged': words('nothing changed', 'rien n’a changé'),
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
  'codec.warning': message<{ warning: string }>({ en: (c) => `warning: ${c.warning}`, fr: (c) => `attention : ${c.warning}` }),
  'column.decoded-field': words('field', 'champ'),
  'column.value': words('value', 'valeur'),
  'column.channel': words('channel', 'voie'),
  'column.label': words('meaning', 'sens'),
  'column.doubt': words('doubt', 'réserve'),
  'new.vendor': words('Vendor, as in its folder', 'Fabricant, comme dans son dossier'),
  'new.model': words('Model, as in its folder', 'Modèle, comme dans son dossier'),
  'new.family': words('What kind of device is it?', 'De quel type d’appareil s’agit-il ?'),
  'new.made': message<{ path: string }>({ en: (c) => `made  ${c.path}`, fr: (c) => `créé  ${c.path}` }),
  'new.beside': message<{ folder: string }>({
    en: (c) => `beside the other models, in ${c.folder}`,
    fr: (c) => `à côté des autres modèles, dans ${c.folder}`,
  }),
  'new.next': message<{ model: string }>({
    en: (c) => `next  ondine codec test ${c.model} --watch     then put your device’s frames in the place of the made-up one`,
    fr: (c) => `suite  ondine codec test ${c.model} --watch     puis mettez les trames de votre capteur à la place de l’exemple`,
  }),
  'schema.use': words(
    'An editor with a YAML language server reads the line "# yaml-language-server: $schema=…" at the head of model.yaml. For examples.json, name examples.schema.json in its settings (VS Code: json.schemas).',
    'Un éditeur avec un serveur de langage YAML lit la ligne « # yaml-language-server: $schema=… » en tête de model.yaml. Pour examples.json, indiquez examples.schema.json dans ses réglages (VS Code : json.schemas).',
  ),
  'column.decodes': words('decodes/s', 'décodages/s'),
  'column.slowest': words('slowest', 'le plus lent'),
  'column.ratio': words('of the median', 'de la médiane'),
  'bench.failed': words('its examples fail', 'ses exemples échouent'),

  // A page about a model
  'page.measures': words('What it measures', 'Ce qu’il mesure'),
  'page.value': words('value', 'valeur'),
  'page.unit': words('unit', 'unité'),
  'page.meaning': words('meaning', 'sens'),
  'page.channel': words('channel', 'voie'),
  'page.channels': words('Channels', 'Voies'),
  'page.parameters': words('Parameters of an installation', 'Paramètres de pose'),
  'page.name': words('name', 'nom'),
  'page.range': words('range', 'plage'),
  'page.required': words('required', 'obligatoire'),
  'page.yes': words('yes', 'oui'),
  'page.no': words('no', 'non'),
  'page.orders': words('Orders', 'Ordres'),
  'page.order': words('order', 'ordre'),
  'page.limits': words('limits', 'limites'),
  'page.proof': words('proven by', 'prouvé par'),
  'page.frames': words('Frames', 'Trames'),
  'page.downlinks': words('Downlinks', 'Trames descendantes'),
  'page.refused': words('Refused', 'Refusée'),
  'page.profile': words('Device profile', 'Profil de capteur'),
  'page.sources': words('Sources', 'Sources'),
  'page.interval': words('every', 'toutes les'),

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
  'hint.too-slow': words('it does not come to its end: an endless loop?', 'il ne se termine pas : une boucle sans fin ?'),
  'hint.crashed': words(
    'the codec ended its process: memory, or an endless recursion?',
    'le codec a mis fin à son processus : mémoire, récursion sans fin ?',
  ),
  'hint.no-result': words('return { data } or { errors }', 'rendre { data } ou { errors }'),

  // What the lint finds: one sentence that says what to do
  'lint.missing-file': message<{ missing: string }>({
    en: (c) => `write ${c.missing}: it is not there`,
    fr: (c) => `écrire ${c.missing} : il manque`,
  }),
  'lint.unreadable': message<{ reason: string }>({
    en: (c) => `mend the file: ${c.reason}`,
    fr: (c) => `corriger le fichier : ${reasonInFrench(c.reason)}`,
  }),
  'lint.schema': message<{ path: string; reason: string }>({
    en: (c) => `mend ${c.path}: ${c.reason}`,
    fr: (c) => `corriger ${placeInFrench(c.path)} : ${reasonInFrench(c.reason)}`,
  }),
  'lint.schema-near': message<{ path: string; reason: string; near: string }>({
    en: (c) => `mend ${c.path}: ${c.reason}; did you mean ${c.near}?`,
    fr: (c) => `corriger ${placeInFrench(c.path)} : ${reasonInFrench(c.reason)} ; vouliez-vous dire ${c.near} ?`,
  }),
  'lint.vendor-title': message<{ vendor: string }>({
    en: (c) => `begin the title with the vendor’s name: ${c.vendor} …`,
    fr: (c) => `commencer le titre par le nom du fabricant : ${c.vendor} …`,
  }),
  'lint.service': message<{ family: string; service: string }>({
    en: (c) => `check service: devices of the family ${c.family} usually serve ${c.service}`,
    fr: (c) => `vérifier service : la famille ${c.family} sert d’ordinaire ${c.service}`,
  }),
  'lint.interval': message<{ model: number; profile: number }>({
    en: (c) => `give one expectedInterval: ${c.model} s here, ${c.profile} s in the device profile`,
    fr: (c) => `donner un seul expectedInterval : ${c.model} s ici, ${c.profile} s dans le profil`,
  }),
  'lint.no-entry': message<{ name: string }>({
    en: (c) => `write function ${c.name}(input): nothing decodes without it`,
    fr: (c) => `écrire function ${c.name}(input) : rien ne se décode sans elle`,
  }),
  'lint.encoder-missing': message<{ name: string }>({
    en: (c) => `write function ${c.name}(input): model.yaml declares commands`,
    fr: (c) => `écrire function ${c.name}(input) : model.yaml déclare des commandes`,
  }),
  'lint.legacy-entry': message<{ name: string; wanted: string }>({
    en: (c) => `write ${c.wanted} (TS013) in the place of ${c.name}, which ChirpStack does not call`,
    fr: (c) => `écrire ${c.wanted} (TS013) à la place de ${c.name}, que ChirpStack n’appelle pas`,
  }),
  'lint.does-not-load': message<{ error: string }>({
    en: (c) => `mend the script, it cannot be run: ${c.error}`,
    fr: (c) => `corriger le script, il ne s’exécute pas : ${c.error}`,
  }),
  'lint.data-and-errors': message<{ examples: string }>({
    en: (c) => `return data or errors, never both (examples ${c.examples})`,
    fr: (c) => `rendre data ou errors, jamais les deux (exemples ${c.examples})`,
  }),
  'lint.no-data-no-errors': message<{ examples: string }>({
    en: (c) => `return { data } or { errors }, for an encoder { fPort, bytes } or { errors } (examples ${c.examples})`,
    fr: (c) => `rendre { data } ou { errors }, pour un encodeur { fPort, bytes } ou { errors } (exemples ${c.examples})`,
  }),
  'lint.returned-key': message<{ key: string; known: string }>({
    en: (c) => `take out ${c.key}: TS013 knows ${c.known}`,
    fr: (c) => `enlever ${c.key} : TS013 connaît ${c.known}`,
  }),
  'lint.returned-type': message<{ key: string; wanted: string; examples: string }>({
    en: (c) => `return ${c.key} as ${c.wanted} (examples ${c.examples})`,
    fr: (c) => `rendre ${c.key} sous la forme ${c.wanted} (exemples ${c.examples})`,
  }),
  'lint.unit-scale': message<{ field: string; from: string; to: string; scale: number; wanted: string }>({
    en: (c) => `write ${c.wanted} for ${c.field}: from ${c.from} to ${c.to} (the scale is ${c.scale})`,
    fr: (c) => `écrire ${c.wanted} pour ${c.field} : de ${c.from} en ${c.to} (scale vaut ${c.scale})`,
  }),
  'lint.unit-mismatch': message<{ field: string; name: string; from: string; to: string }>({
    en: (c) => `check ${c.field}: ${c.from} does not become ${c.to}, the unit of ${c.name}`,
    fr: (c) => `vérifier ${c.field} : ${c.from} ne devient pas ${c.to}, l’unité de ${c.name}`,
  }),
  'lint.unit-unsaid': message<{ field: string; to: string }>({
    en: (c) => `say the unit behind the name of ${c.field}, as in volume_m3: it is taken for ${c.to}`,
    fr: (c) => `dire l’unité derrière le nom ${c.field}, comme dans volume_m3 : elle est prise pour ${c.to}`,
  }),
  'lint.unmapped': message<{ field: string }>({
    en: (c) => `map ${c.field} under measures, or name it under ignored`,
    fr: (c) => `associer ${c.field} dans measures, ou le nommer dans ignored`,
  }),
  'lint.unproven': message<{ field: string; name: string }>({
    en: (c) => `add an example whose data has ${c.field} (${c.name}), or take the measure out`,
    fr: (c) => `ajouter un exemple dont data contient ${c.field} (${c.name}), ou enlever la mesure`,
  }),
  'lint.mapped-twice': message<{ name: string; channel: string; first: string; second: string; example: number }>({
    en: (c) => `give ${c.name} one field: in example ${c.example}, ${c.first} is used and ${c.second} is lost (channel ${c.channel})`,
    fr: (c) => `donner un seul champ à ${c.name} : dans l’exemple ${c.example}, ${c.first} sert et ${c.second} se perd (voie ${c.channel})`,
  }),
  'lint.chirpstack-refuses': message<{ error: string; examples: string }>({
    en: (c) => `mend what ChirpStack refuses: ${c.error} (examples ${c.examples})`,
    fr: (c) => `corriger ce que ChirpStack refuse : ${c.error} (exemples ${c.examples})`,
  }),
  'lint.chirpstack-slow': message<{ error: string; examples: string }>({
    en: (c) => `make it faster: ChirpStack stops a codec after 100 ms (examples ${c.examples})`,
    fr: (c) => `l’accélérer : ChirpStack arrête un codec après 100 ms (exemples ${c.examples})`,
  }),
  'lint.chirpstack-differs': message<{ examples: string }>({
    en: (c) => `find out why ChirpStack’s QuickJS gives something else (examples ${c.examples})`,
    fr: (c) => `chercher pourquoi QuickJS de ChirpStack donne autre chose (exemples ${c.examples})`,
  }),
  'lint.undeclared': message<{ name: string }>({
    en: (c) => `declare ${c.name} with var, let or const: ChirpStack refuses undeclared names`,
    fr: (c) => `déclarer ${c.name} avec var, let ou const : ChirpStack refuse les noms non déclarés`,
  }),
  'lint.octal': words(
    'write the number without a leading 0: ChirpStack runs codecs in strict mode, which refuses it',
    'écrire le nombre sans 0 devant : ChirpStack exécute les codecs en mode strict, qui le refuse',
  ),
  'lint.not-in-chirpstack': message<{ name: string }>({
    en: (c) => `do without ${c.name}: ChirpStack does not have it`,
    fr: (c) => `se passer de ${c.name} : ChirpStack ne l’a pas`,
  }),
  'lint.size': message<{ size: number; limit: number }>({
    en: (c) => `make the script shorter than ${c.limit} characters: it has ${c.size}`,
    fr: (c) => `ramener le script sous ${c.limit} caractères : il en a ${c.size}`,
  }),
  'lint.clock': message<{ examples: string }>({
    en: (c) => `take the time from input.recvTime, not from the clock (examples ${c.examples})`,
    fr: (c) => `prendre l’heure dans input.recvTime, pas à l’horloge (exemples ${c.examples})`,
  }),
  'lint.chance': message<{ examples: string }>({
    en: (c) => `do without Math.random: the same frame must give the same data (examples ${c.examples})`,
    fr: (c) => `se passer de Math.random : la même trame doit donner les mêmes données (exemples ${c.examples})`,
  }),
  'lint.state': message<{ examples: string }>({
    en: (c) => `keep nothing between frames: the result changes with the frames before (examples ${c.examples})`,
    fr: (c) => `ne rien garder entre les trames : le résultat dépend des trames d’avant (exemples ${c.examples})`,
  }),
  'lint.example-fails': message<{ number: number; description: string }>({
    en: (c) => `mend example ${c.number} "${c.description}": ondine codec test says what differs`,
    fr: (c) => `corriger l’exemple ${c.number} « ${c.description} » : ondine codec test dit ce qui diffère`,
  }),
  'lint.example-empty': message<{ number: number; description: string }>({
    en: (c) => `say in example ${c.number} "${c.description}" what is expected: output, normalized or errors`,
    fr: (c) => `dire dans l’exemple ${c.number} « ${c.description} » ce qui est attendu : output, normalized ou errors`,
  }),
  'lint.no-uplink': words('add a real frame of the device and what it means', 'ajouter une vraie trame du capteur et ce qu’elle veut dire'),
  'lint.no-empty-frame': words('add an example of an empty frame ("hex": "")', 'ajouter un exemple de trame vide ("hex": "")'),
  'lint.no-short-frame': words(
    'add an example of a frame that is cut short, with its error',
    'ajouter un exemple de trame tronquée, avec son erreur',
  ),
  'lint.no-wrong-port': words(
    'add an example on an fPort that the device does not use, with its error',
    'ajouter un exemple sur un fPort que le capteur n’utilise pas, avec son erreur',
  ),
  'lint.no-refused-command': words(
    'add a command that the encoder refuses, with its error',
    'ajouter une commande que l’encodeur refuse, avec son erreur',
  ),
  'lint.command-refused': message<{ command: string; input: string; error: string; codec: string }>({
    en: (c) =>
      `mend the command ${c.command}: model.yaml allows ${c.input}, which ${c.codec === '' ? 'is refused' : `${c.codec} refuses`}: ${c.error}`,
    fr: (c) =>
      `corriger la commande ${c.command} : model.yaml permet ${c.input}, ${c.codec === '' ? 'qui est refusé' : `que ${c.codec} refuse`} : ${c.error}`,
  }),
  'lint.proof-never': message<{ command: string; name: string }>({
    en: (c) => `map ${c.name} under measures, or take the proof of ${c.command} out: it never comes`,
    fr: (c) => `associer ${c.name} dans measures, ou enlever la preuve de ${c.command} : elle n’arrive jamais`,
  }),
  'lint.unread': message<{ field: string; name: string; example: number }>({
    en: (c) => `mend the measure of ${c.field}: in example ${c.example} it makes no ${c.name} of it`,
    fr: (c) => `corriger la mesure de ${c.field} : dans l’exemple ${c.example}, elle n’en tire aucun ${c.name}`,
  }),
  'lint.no-command-example': message<{ command: string }>({
    en: (c) => `add a downlink-encode example of the command ${c.command}`,
    fr: (c) => `ajouter un exemple downlink-encode de la commande ${c.command}`,
  }),
  'lint.no-limit-example': message<{ command: string; name: string; limit: number }>({
    en: (c) => `add an example of ${c.command} with ${c.name} at its limit ${c.limit}`,
    fr: (c) => `ajouter un exemple de ${c.command} avec ${c.name} à sa limite ${c.limit}`,
  }),
  'lint.coverage': message<{ percent: number; lines: string }>({
    en: (c) => `add examples: they run ${c.percent} % of the lines, 80 % are needed; not yet: ${c.lines}`,
    fr: (c) => `ajouter des exemples : ils passent par ${c.percent} % des lignes, il en faut 80 ; pas encore : ${c.lines}`,
  }),
  'codec.lint-clean': words('nothing to mend', 'rien à corriger'),
  'codec.linted': message<{ models: number; errors: number; warnings: number }>({
    en: (c) => `${c.models} models: ${c.errors} errors, ${c.warnings} warnings`,
    fr: (c) => `${c.models} modèles : ${c.errors} erreurs, ${c.warnings} points à voir`,
  }),
}
