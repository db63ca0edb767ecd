import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { keyFields, type RootKeys } from '../../lorawan/root-keys.ts'
import { canonicalJson } from './canonical-json.ts'
import { dataKey } from './data-key.ts'

/**
 * Tells whether something is what it was, without keeping it: HMAC-SHA-256 with a key of its own. Without that key nobody can
 * try a list of keys against it, or see that two devices share one.
 */
export class Fingerprints {
  /** five times as quick as the bytes, which are checked at each use */
  readonly #key: KeyObject

  constructor(key: Uint8Array) {
    this.#key = createSecretKey(key)
  }

  /** Of the root keys of one device, in 43 signs of base64url. The same keys on another device give another. */
  ofKeys(devEui: string, keys: RootKeys): string {
    const hmac = createHmac('sha256', this.#key).update(`root keys v1 ${devEui.toLowerCase()}`)
    for (const [index, field] of keyFields.entries()) {
      const key = keys[field]
      if (key !== undefined) hmac.update(Buffer.of(index)).update(key.revealBytes())
    }
    return hmac.digest('base64url')
  }

  /** Of plain data as it was written to the network; `kind` keeps a device and a gateway of the same fields apart. Throws `fingerprint.no-plain-data`. */
  ofObject(kind: string, object: unknown): string {
    return createHmac('sha256', this.#key)
      .update(`object v1 ${JSON.stringify(kind)} ${canonicalJson(object)}`)
      .digest('base64url')
  }
}

/** With the key in `<dataDir>/fingerprint.key`, made at the first call. Rejects with `vault.key-file-damaged`. */
export async function openFingerprints(dataDir: string): Promise<Fingerprints> {
  return new Fingerprints(await dataKey(dataDir, 'fingerprint'))
}
