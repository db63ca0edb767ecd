import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { OndineError } from '../../errors/ondine-error.ts'
import { SecretKey } from '../../lorawan/keys.ts'
import { type KeyField, keyFields, type RootKeys } from '../../lorawan/root-keys.ts'
import { configuredKey, dataKey } from './data-key.ts'

const version = 1
const sizes = { keyId: 4, iv: 12, tag: 16 }
/** Where the parts of what is sealed begin, behind a byte for the version. */
const starts = { keyId: 1, iv: 5, tag: 17, body: 33 }
/** One byte for the field, 16 for the key. */
const entrySize = 17

/**
 * Root keys of devices at rest, between plan and apply: AES-256-GCM (NIST SP 800-38D) with the devEui as associated data, so
 * that what was sealed for one device opens for no other. A random 96-bit nonce each: good for 2³² seals of one key.
 */
export class KeyVault {
  readonly #key: KeyObject
  readonly #id: Buffer

  /** 32 bytes */
  constructor(key: Uint8Array) {
    this.#key = createSecretKey(key)
    // Tells which key sealed something, and nothing of the key.
    this.#id = createHmac('sha256', this.#key).update('ondine key id').digest().subarray(0, sizes.keyId)
  }

  /** Base64url text, the same length for the same fields. */
  seal(devEui: string, keys: RootKeys): string {
    const iv = randomBytes(sizes.iv)
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv, { authTagLength: sizes.tag })
    cipher.setAAD(associated(devEui))
    const plain = Buffer.concat(
      keyFields.flatMap((field, index) => (keys[field] === undefined ? [] : [Buffer.of(index), keys[field].revealBytes()])),
    )
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
    plain.fill(0)
    return Buffer.concat([Buffer.of(version), this.#id, iv, cipher.getAuthTag(), sealed]).toString('base64url')
  }

  /** Throws `vault.other-key` where another key sealed it, `vault.damaged` where it was changed or belongs to another device. */
  open(devEui: string, sealed: string): RootKeys {
    const bytes = Buffer.from(sealed, 'base64url')
    if (bytes.length < starts.body || bytes[0] !== version) throw new OndineError('vault.damaged', { devEui })
    const { keyId, iv, tag, body } = starts
    if (!bytes.subarray(keyId, iv).equals(this.#id)) throw new OndineError('vault.other-key', { devEui })
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(iv, tag), { authTagLength: sizes.tag })
    decipher.setAAD(associated(devEui))
    decipher.setAuthTag(bytes.subarray(tag, body))
    try {
      const plain = Buffer.concat([decipher.update(bytes.subarray(body)), decipher.final()])
      const keys = keysIn(plain)
      plain.fill(0)
      return keys
    } catch (thrown) {
      throw new OndineError('vault.damaged', { devEui }, { cause: thrown })
    }
  }
}

/** `key`: of the configuration; left out: that of `<dataDir>/vault.key`, made at the first call. Rejects with `vault.key-…`. */
export async function openVault({ key, dataDir }: { key?: string | undefined; dataDir: string }): Promise<KeyVault> {
  return new KeyVault(key === undefined ? await dataKey(dataDir, 'vault') : configuredKey(key))
}

function associated(devEui: string): Buffer {
  return Buffer.from(`ondine root keys v${version} ${devEui.toLowerCase()}`)
}

function keysIn(plain: Buffer): RootKeys {
  const keys: Partial<Record<KeyField, SecretKey>> = {}
  for (let at = 0; at < plain.length; at += entrySize) {
    const field = keyFields[plain[at] ?? -1]
    if (field !== undefined) keys[field] = new SecretKey(plain.subarray(at + 1, at + entrySize))
  }
  return keys
}
