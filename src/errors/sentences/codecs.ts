import { placeInFrench, reasonInFrench } from '../reasons-in-french.ts'
import { sentence } from '../sentence.ts'

export const codecSentences = {
  'codec.model-invalid': sentence<{ file: string; path: string; reason: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file}: ${c.path}: ${c.reason}. This model is left out until the file is mended.`,
    fr: (c) =>
      `${c.file} : ${placeInFrench(c.path)} : ${reasonInFrench(c.reason)}. Ce modèle est écarté tant que le fichier n’est pas corrigé.`,
  }),
  'codec.file-unreadable': sentence<{ file: string; reason: string }>({
    kind: 'wrong-use',
    en: (c) => `${c.file} cannot be read: ${c.reason}.`,
    fr: (c) => `${c.file} est illisible : ${c.reason === 'it is not there' ? 'il n’existe pas' : c.reason}.`,
  }),
  'codec.example-fails': sentence<{
    model: string
    number: number
    description: string
    what: string
    expected: string
    got: string
    others: number
  }>({
    kind: 'wrong-use',
    en: (c) =>
      `example ${c.number} "${c.description}" does not pass (${c.what}${c.expected === '' ? '' : `: expected ${c.expected}, got ${c.got}`})${c.others === 0 ? '' : `, nor do ${c.others} more`}. What was there before goes on; more by: ondine codec test ${c.model}`,
    fr: (c) =>
      `l’exemple ${c.number} « ${c.description} » ne passe pas (${c.what}${c.expected === '' ? '' : ` : attendu ${c.expected}, obtenu ${c.got}`})${c.others === 0 ? '' : `, ni ${c.others} autre${c.others > 1 ? 's' : ''}`}. La version d’avant continue ; pour en savoir plus : ondine codec test ${c.model}`,
  }),
  'codec.not-tried': sentence<{ seconds: number }>({
    kind: 'wrong-use',
    en: (c) => `its examples were not run, as those of others took ${c.seconds} s. What was there before goes on; reload again.`,
    fr: (c) => `ses exemples n’ont pas été essayés, ceux d’autres ayant pris ${c.seconds} s. La version d’avant continue ; relancez.`,
  }),
  'codec.some-broken': sentence<{ count: number }>({
    kind: 'failed',
    en: (c) => `${c.count} model${c.count > 1 ? 's' : ''} cannot be used as on disk: mend the files named above, then ondine codec reload.`,
    fr: (c) =>
      `${c.count} modèle${c.count > 1 ? 's' : ''} inutilisable${c.count > 1 ? 's' : ''} tel${c.count > 1 ? 's' : ''} quel${c.count > 1 ? 's' : ''} : corrigez les fichiers nommés ci-dessus, puis ondine codec reload.`,
  }),
  'codec.unknown-model': sentence<{ model: string }>({
    kind: 'not-found',
    en: (c) => `There is no model ${c.model}. List the models with: ondine codec list`,
    fr: (c) => `Le modèle ${c.model} n’existe pas. Pour voir les modèles : ondine codec list`,
  }),
  'codec.engine-failed': sentence<{ reason: string }>({
    kind: 'failed',
    en: (c) => `The codec processes do not start: ${c.reason}. Check that Node 24 runs and that npm ci was complete.`,
    fr: (c) => `Les processus des codecs ne démarrent pas : ${c.reason}. Vérifiez que Node 24 est utilisé et que npm ci a abouti.`,
  }),
  'codec.engine-stopped': sentence({
    kind: 'failed',
    en: () => 'The codec processes are stopped; the frame is decoded at the next start.',
    fr: () => 'Les processus des codecs sont arrêtés ; la trame sera décodée au prochain démarrage.',
  }),
}
