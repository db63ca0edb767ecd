import type { Client } from '../../api/contract/client.ts'
import { guessModel, type ModelGuess } from '../../codecs/guess-model.ts'
import type { Label } from '../../lorawan/qr.ts'
import { aligned } from '../aligned.ts'
import { installedModels } from '../installed-models.ts'
import type { Session } from '../session.ts'
import { labelUntyped } from './label-text.ts'

/** `given`: the text of a label or a picture's file. Rejects with `label.*` and `picture.*`. */
export async function showLabel(session: Session, given: string): Promise<void> {
  const models = (await installedModels(session)).list()
  const devicePrefixes = models.flatMap(({ euiPrefixes }) => euiPrefixes)
  const { text, label } = await labelUntyped(session, given, { devicePrefixes, stdin: '-' })
  const guess = guessModel(models, label)
  const known = await knownOf(session, text)
  session.answer({ ...plain(label, guess), known }, () => [...shown(session, label, guess), ...doubts(session, label, known)])
}

type Known = Awaited<ReturnType<Client['life']['label']>>

/** null: no server is named, and none is running here. One that was named must answer. */
async function knownOf(session: Session, label: string): Promise<Known | null> {
  const isNamed = (session.options.url ?? session.io.environment.ONDINE_URL) !== undefined
  try {
    return await (await session.client()).life.label({ label })
  } catch (thrown) {
    if (isNamed) throw thrown
    return null
  }
}

/** What does not fit what was delivered: a label that was stuck on the wrong device, or a device that was given other keys. */
function doubts({ words }: Session, { devEui, serial }: Label, known: Known | null): string[] {
  if (known === null) return []
  const { serialOf, keys, status } = known
  const isOther = serial !== null && known.serial !== null && known.serial !== serial
  return [
    ...(status === null ? [words.text('label.not-known')] : []),
    ...(serialOf.length === 0 ? [] : [`! ${words.text('label.serial-of', { serial: serial ?? '', devEuis: serialOf.join(', ') })}`]),
    ...(isOther ? [`! ${words.text('label.other-serial', { devEui, serial: known.serial ?? '' })}`] : []),
    ...(keys === 'other' ? [`! ${words.text('label.other-keys', { devEui })}`] : []),
  ]
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
