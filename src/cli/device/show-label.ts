import { guessModel, type ModelGuess } from '../../codecs/guess-model.ts'
import type { Label } from '../../lorawan/qr.ts'
import { aligned } from '../aligned.ts'
import { installedModels } from '../installed-models.ts'
import type { Session } from '../session.ts'
import { readGivenLabel } from './label-text.ts'

/** `given`: the text of a label or a picture's file. Rejects with `label.*` and `picture.*`. */
export async function showLabel(session: Session, given: string): Promise<void> {
  const models = (await installedModels(session)).list()
  const devicePrefixes = models.flatMap(({ euiPrefixes }) => euiPrefixes)
  const { label } = await readGivenLabel(given, devicePrefixes)
  const guess = guessModel(models, label)
  session.answer(plain(label, guess), () => shown(session, label, guess))
}

/** Neither keys nor the owner token: whether there are. */
function plain({ keys, owner, ...label }: Label, { by, models }: ModelGuess) {
  return { ...label, owner: owner !== null, keys: Object.keys(keys), models: { by, slugs: models } }
}

function shown({ words }: Session, label: Label, guess: ModelGuess): string[] {
  const { form, devEui, joinEui, vendorId, profileId, serial, owner, keys } = label
  const fields = Object.keys(keys).join(', ')
  return [
    devEui,
    ...aligned([
      [words.text('label.form'), words.text(`label.form-${form}`)],
      ['joinEui', joinEui ?? '-'],
      [
        words.text('label.profile'),
        vendorId === null || profileId === null ? '-' : words.text('label.vendor-profile', { vendor: vendorId, profile: profileId }),
      ],
      [words.text('label.serial'), serial ?? '-'],
      [words.text('label.owner'), words.text(owner === null ? 'label.no' : 'label.yes')],
      [words.text('label.key'), fields === '' ? words.text('label.no') : words.text('label.yes-keys', { fields })],
      [words.text('label.model'), modelText(words, guess)],
    ]),
  ]
}

const mostModels = 5

function modelText(words: Session['words'], { by, models }: ModelGuess): string {
  const listed = [...models.slice(0, mostModels), ...(models.length > mostModels ? ['…'] : [])].join(', ')
  if (by === 'profile') return words.text('label.by-profile', { models: listed })
  return by === 'prefix' ? words.text('label.by-prefix', { models: listed, count: models.length }) : words.text('label.no-model')
}
