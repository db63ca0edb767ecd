import { timingSafeEqual } from 'node:crypto'
import { OndineError } from '../errors/ondine-error.ts'
import { Masked } from './secret.ts'
import { isMadeOfEuis, isWellKnownKey } from './weak-key.ts'

const keyBytes = 16

/** An AES-128 root key. It cannot be printed: whoever needs it asks for `revealBytes` or `revealHex`, and those are few. */
export class SecretKey extends Masked {
  protected get mask(): string {
    return '[key]'
  }

  readonly #bytes: Uint8Array

  /** Takes a copy. Throws `key.malformed` unless there are 16 bytes. */
  constructor(bytes: Uint8Array) {
    super()
    if (bytes.length !== keyBytes) throw new OndineError('key.malformed', { digits: bytes.length * 2 })
    // Not Buffer.from: its memory would be shared with whatever else is small.
    this.#bytes = new Uint8Array(bytes)
  }

  /** In constant time. */
  equals(other: SecretKey): boolean {
    return timingSafeEqual(this.#bytes, other.#bytes)
  }

  revealBytes(): Uint8Array {
    return new Uint8Array(this.#bytes)
  }

  /** 32 lower-case hexadecimal digits, as ChirpStack takes them. */
  revealHex(): string {
    return Buffer.from(this.#bytes).toString('hex')
  }
}

/**
 * A key as people and programs write it: 32 hexadecimal digits in either case, after `0x` or not, or in groups of 2, 4 or 8
 * (`0018B244 41524632 …`, Adeunis) between which always the same `:`, `-`, `.`, `_`, `,` or blank stands, or as the bytes of a C
 * array (`0x2B, 0x7E, …`). undefined: it is none.
 */
export function readKey(text: string): SecretKey | undefined {
  const trimmed = text.trim()
  const bare = /^(0x[0-9a-f]{2}(\s*,\s*|\s+)){15}0x[0-9a-f]{2}$/i.test(trimmed) ? trimmed.replace(/0x/gi, '') : trimmed.replace(/^0x/i, '')
  const digits = undivided(bare)
  return digits === undefined ? undefined : new SecretKey(Buffer.from(digits, 'hex'))
}

/** As `readKey`. Throws `key.malformed`, which tells how many digits were seen and none of them. */
export function parseKey(text: string): SecretKey {
  const key = readKey(text)
  if (key === undefined) throw new OndineError('key.malformed', { digits: text.replace(/0x/gi, '').match(/[0-9a-f]/gi)?.length ?? 0 })
  return key
}

const groups = [2, 4, 8].map((size) => {
  const group = `[0-9a-f]{${size}}`
  return new RegExp(`^${group}(\\s*[:\\-._,]\\s*|\\s+)${group}(?:\\1${group}){${32 / size - 2}}$`, 'i')
})

function undivided(text: string): string | undefined {
  if (/^[0-9a-f]{32}$/i.test(text)) return text
  return groups.some((pattern) => pattern.test(text)) ? text.replace(/[^0-9a-f]/gi, '') : undefined
}

/** Why a key protects nothing; a stable slug. That a key stands on several rows is found by `SeenKeys`. */
export type KeyWeakness = 'key-zero' | 'key-equals-eui' | 'key-well-known'

/** What is weak about the key of a device, worst first to tell; null: nothing that can be seen. EUIs are 16 lower-case digits. */
export function keyWeakness(key: SecretKey, { devEui, joinEui = null }: { devEui: string; joinEui?: string | null }): KeyWeakness | null {
  const digits = key.revealHex()
  if (/^0+$/.test(digits)) return 'key-zero'
  if (isMadeOfEuis(digits, devEui, joinEui)) return 'key-equals-eui'
  return isWellKnownKey(digits) ? 'key-well-known' : null
}

/** Finds keys that stand in several places. */
export class SeenKeys {
  readonly #places = new Map<string, number>()

  /** Where this key stood first (the place given then), or undefined: not seen before. */
  add(key: SecretKey, place: number): number | undefined {
    const bytes = String.fromCharCode(...key.revealBytes())
    const first = this.#places.get(bytes)
    if (first === undefined) this.#places.set(bytes, place)
    return first
  }
}
