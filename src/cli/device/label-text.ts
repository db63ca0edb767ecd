import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { OndineError } from '../../errors/ondine-error.ts'
import { type Label, readLabel } from '../../lorawan/qr.ts'
import type { Session } from '../session.ts'
import { standardInput } from './standard-input.ts'

export interface ReadLabel {
  /** as the code has it: it may hold a key */
  text: string
  label: Label
}

/** `given`: the text of a label or a picture's file. Rejects with `label.*` and `picture.*`. */
async function readGivenLabel(given: string, devicePrefixes: readonly string[] = []): Promise<ReadLabel> {
  if (isPicture(given)) return labelInPicture(given, devicePrefixes)
  return { text: given, label: readLabel(given, { devicePrefixes }) }
}

/**
 * A label for a command that sends it on: its text, a picture of it, or `-` for standard input. A key stays in the shell's history
 * when it is typed: rejects with `cli.typed-key`.
 */
export async function labelToSend(session: Session, given: string): Promise<string> {
  return (await labelUntyped(session, given)).text
}

/** The same, read. `stdin`: how standard input is named in this command. */
export async function labelUntyped(
  session: Session,
  given: string,
  { devicePrefixes = [], stdin = '--qr -' }: { devicePrefixes?: readonly string[]; stdin?: string } = {},
): Promise<ReadLabel> {
  if (given === '-') {
    const text = await untyped(session)
    return { text, label: readLabel(text, { devicePrefixes }) }
  }
  const read = await readGivenLabel(given, devicePrefixes)
  if (read.text === given && Object.keys(read.label.keys).length > 0) throw new OndineError('cli.typed-key', { stdin })
  return read
}

/** From a prompt that shows nothing where somebody is there to be asked, else standard input. */
async function untyped(session: Session): Promise<string> {
  if (!session.isPerson) return (await standardInput(session)).trim()
  const { isCancel, password } = await import('@clack/prompts')
  const said = await password({ message: session.words.text('label.paste') })
  if (isCancel(said)) throw new OndineError('cli.keys-unread', {})
  return (said ?? '').trim()
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
async function labelInPicture(file: string, devicePrefixes: readonly string[]): Promise<ReadLabel> {
  const bytes = await readFile(file).catch((thrown: NodeJS.ErrnoException) => {
    throw new OndineError('picture.unreadable', { file, reason: thrown.code ?? 'unknown' }, { cause: thrown })
  })
  const { readQrPicture } = await import('../../formats/qr-picture.ts')
  const read = readQrPicture(bytes, file).map((text) => readOrRefused(text, devicePrefixes))
  const labels = read.flatMap((each) => (each instanceof OndineError ? [] : each))
  const devEuis = [...new Set(labels.map(({ label }) => label.devEui))]
  if (devEuis.length > 1) throw new OndineError('picture.several-labels', { file, devEuis: devEuis.sort().join(', ') })
  const [fullest] = labels.sort((a, b) => facts(b.label) - facts(a.label))
  if (fullest === undefined) throw read[0]
  return fullest
}

function readOrRefused(text: string, devicePrefixes: readonly string[]): ReadLabel | OndineError {
  try {
    return { text, label: readLabel(text, { devicePrefixes }) }
  } catch (thrown) {
    return OndineError.from(thrown)
  }
}

function facts({ joinEui, vendorId, serial, owner, keys }: Label): number {
  return [joinEui, vendorId, serial, owner].filter((fact) => fact !== null).length + Object.keys(keys).length * 4
}
