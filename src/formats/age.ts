import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { OndineError } from '../errors/ondine-error.ts'

/** The two halves of a key of age (age-encryption.org/v1). `identity` is secret, for a file of mode 0600; `recipient` is not. */
export interface AgeIdentity {
  /** `AGE-SECRET-KEY-1…` */
  identity: string
  /** `age1…` */
  recipient: string
}

/** X25519, which every version of age reads. */
export async function newIdentity(): Promise<AgeIdentity> {
  const identity = await generateX25519Identity()
  return { identity, recipient: await identityToRecipient(identity) }
}

/** The public half of an identity. Rejects with `age.identity-malformed`. */
export async function recipientOf(identity: string): Promise<string> {
  try {
    return await identityToRecipient(identity.trim())
  } catch {
    // No cause: what the library says quotes the identity.
    throw new OndineError('age.identity-malformed', {})
  }
}

/** `armoured`: as text of lines, for mail. Rejects with `age.recipient-malformed`. */
export async function encryptTo(recipient: string, bytes: Uint8Array, { armoured = false } = {}): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  try {
    encrypter.addRecipient(recipient.trim())
  } catch {
    // A recipient that is not one may be an identity that was taken for it: it is not repeated.
    throw new OndineError('age.recipient-malformed', {})
  }
  const encrypted = await encrypter.encrypt(bytes)
  return armoured ? new TextEncoder().encode(armor.encode(encrypted)) : encrypted
}

/**
 * `identity`: one, or the text of an identity file (lines that start with `#` are comments). The bytes may be binary or
 * armoured. Rejects with `age.identity-malformed`, `age.no-age-file`, `age.passphrase`, `age.wrong-identity` and `age.damaged`.
 */
export async function decryptWith(identity: string, bytes: Uint8Array): Promise<Uint8Array> {
  const file = binary(bytes)
  const decrypter = new Decrypter()
  const identities = identity.split(/\r?\n/).flatMap((line) => (/^\s*(#|$)/.test(line) ? [] : line.trim()))
  if (identities.length === 0) throw new OndineError('age.identity-malformed', {})
  try {
    for (const each of identities) decrypter.addIdentity(each)
  } catch {
    throw new OndineError('age.identity-malformed', {})
  }
  if (/^-> scrypt /m.test(headerOf(file))) throw new OndineError('age.passphrase', {})
  try {
    return await decrypter.decrypt(file)
  } catch (thrown) {
    const isOther = thrown instanceof Error && thrown.message.includes('no identity matched')
    throw new OndineError(isOther ? 'age.wrong-identity' : 'age.damaged', {}, { cause: thrown })
  }
}

const binaryStart = 'age-encryption.org/v1\n'
const armouredStart = '-----BEGIN AGE ENCRYPTED FILE-----'

/** Does this begin as a file of age does, binary or armoured? */
export function isAgeFile(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  return start.startsWith(binaryStart) || withoutMark(start).startsWith(armouredStart)
}

function binary(bytes: Uint8Array): Uint8Array {
  if (!isAgeFile(bytes)) throw new OndineError('age.no-age-file', {})
  const text = Buffer.from(bytes).toString('latin1')
  if (text.startsWith(binaryStart)) return bytes
  try {
    return armor.decode(withoutMark(text))
  } catch (thrown) {
    throw new OndineError('age.damaged', {}, { cause: thrown })
  }
}

/** An editor may have put a byte order mark (UTF-8, here read as Latin-1) and blank lines before the armour. */
function withoutMark(text: string): string {
  return text.replace(/^\u00ef\u00bb\u00bf/, '').trimStart()
}

/** Up to the line of the header's MAC. */
function headerOf(file: Uint8Array): string {
  const [header = ''] = Buffer.from(file.subarray(0, 65_536)).toString('latin1').split('\n---', 1)
  return header
}
