import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pino } from 'pino'
import { guessModel, type ModelGuess } from '../../codecs/guess-model.ts'
import { Registry } from '../../codecs/registry.ts'
import { shippedCodecs } from '../../codecs/shipped.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { type Label, readLabel } from '../../lorawan/qr.ts'
import { aligned } from '../aligned.ts'
import type { Session } from '../session.ts'

/** `given`: the text of a label or a picture's file. Rejects with `label.*` and `picture.*`. */
export async function showLabel(session: Session, given: string): Promise<void> {
  const { codecs } = await session.config()
  const registry = new Registry({ folders: [shippedCodecs, ...codecs.folders], logger: pino({ level: 'silent' }) })
  await registry.start()
  const models = registry.list()
  const devicePrefixes = models.flatMap(({ euiPrefixes }) => euiPrefixes)
  const label = isPicture(given) ? await labelInPicture(given, devicePrefixes) : readLabel(given, { devicePrefixes })
  const guess = guessModel(models, label)
  session.answer(plain(label, guess), () => shown(session, label, guess))
}

/** A file that is there, or a name that can only be meant for one. */
function isPicture(given: string): boolean {
  if (/^[^\n]*\.(png|jpe?g)$/i.test(given) && !/^https?:/i.test(given)) return true
  try {
    return statSync(given, { throwIfNoEntry: false })?.isFile() === true
  } catch {
    // Too long for a name, or with a sign that no name has.
    return false
  }
}

/** Other codes beside the label (a shop's address, a serial number) are passed over. */
async function labelInPicture(file: string, devicePrefixes: readonly string[]): Promise<Label> {
  const bytes = await readFile(file).catch((thrown: NodeJS.ErrnoException) => {
    throw new OndineError('picture.unreadable', { file, reason: thrown.code ?? 'unknown' }, { cause: thrown })
  })
  const { readQrPicture } = await import('../../formats/qr-picture.ts')
  const read = readQrPicture(bytes, file).map((text) => readOrRefused(text, devicePrefixes))
  const labels = read.flatMap((each) => (each instanceof OndineError ? [] : each))
  const devEuis = [...new Set(labels.map(({ devEui }) => devEui))]
  if (devEuis.length > 1) throw new OndineError('picture.several-labels', { file, devEuis: devEuis.sort().join(', ') })
  const [fullest] = labels.sort((a, b) => facts(b) - facts(a))
  if (fullest === undefined) throw read[0]
  return fullest
}

function readOrRefused(text: string, devicePrefixes: readonly string[]): Label | OndineError {
  try {
    return readLabel(text, { devicePrefixes })
  } catch (thrown) {
    return OndineError.from(thrown)
  }
}

function facts({ joinEui, vendorId, serial, owner, keys }: Label): number {
  return [joinEui, vendorId, serial, owner].filter((fact) => fact !== null).length + Object.keys(keys).length * 4
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
