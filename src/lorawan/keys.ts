import { timingSafeEqual } from 'node:crypto'
import { OndineError } from '../errors/ondine-error.ts'
import { Masked } from './secret.ts'

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
export type KeyWeakness = 'key-zero' | 'key-well-known' | 'key-equals-eui'

/**
 * What is weak about a key, worst first; empty: nothing that can be seen. An EUI is 16 hexadecimal digits. TR007 (root keys)
 * wants them random and each for one device.
 */
export function keyWeaknesses(key: SecretKey, euis: readonly (string | null)[] = []): KeyWeakness[] {
  const hex = key.revealHex()
  const found: KeyWeakness[] = []
  if (/^0+$/.test(hex)) found.push('key-zero')
  else if (wellKnown.has(hex) || /^(..)\1{15}$/.test(hex)) found.push('key-well-known')
  const named = euis.flatMap((eui) => (eui === null || /^0+$/.test(eui) ? [] : eui))
  if (found[0] !== 'key-zero' && isMadeOf(hex, named)) found.push('key-equals-eui')
  return found
}

/** Keys of specifications, examples and factories that every attacker has. */
const wellKnown: ReadonlySet<string> = new Set([
  '2b7e151628aed2a6abf7158809cf4f3c', // FIPS 197 appendix A.1, the default of LoRaMac-node and of what came from it
  '000102030405060708090a0b0c0d0e0f', // FIPS 197 appendix C.1
  '00112233445566778899aabbccddeeff', // FIPS 197 appendix C.1, the plaintext
  '0f0e0d0c0b0a09080706050403020100',
  '01020304050607080910111213141516',
  '0102030405060708090a0b0c0d0e0f10',
  '0123456789abcdef0123456789abcdef',
  '0123456789abcdeffedcba9876543210',
  'fedcba9876543210fedcba9876543210',
  'ffeeddccbbaa99887766554433221100',
  '112233445566778899aabbccddeeff00',
  '11223344556677881122334455667788',
  'deadbeefdeadbeefdeadbeefdeadbeef',
  '5572404c696e6b4c6f52613230313823', // Milesight's factory default, the text Ur@linkLoRa2018#
])

/** Two EUIs side by side, either of them in the byte order of the air, or one of them and zeros. */
function isMadeOf(hex: string, euis: readonly string[]): boolean {
  const halves = [hex.slice(0, 16), hex.slice(16)]
  const known = new Set(euis.flatMap((eui) => [eui, reversed(eui)]))
  const zeros = '0'.repeat(16)
  return halves.some((half) => known.has(half)) && halves.every((half) => known.has(half) || half === zeros)
}

function reversed(eui: string): string {
  return Buffer.from(eui, 'hex').reverse().toString('hex')
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
