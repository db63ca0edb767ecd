import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { OndineError } from '../errors/ondine-error.ts'
import { decryptWith } from '../formats/age.ts'
import { euiSchema } from '../lorawan/eui.ts'
import { readKey, type SecretKey } from '../lorawan/keys.ts'
import { type KeyField, keyFields, type RootKeys } from '../lorawan/root-keys.ts'
import type { Fingerprints } from './keys/fingerprint.ts'
import type { KeyVault } from './keys/vault.ts'

/** A key file of a delivery as it is sent: encrypted with age, in base64. */
export interface KeyFile {
  /** path from the folder */
  file: string
  content: string
}

export interface ReceivedKey {
  fingerprint: string
  sealed: string
}

interface Receiving {
  /** of age */
  identity: string
  vault: KeyVault
  fingerprints: Fingerprints
  /** devices whose keys are asked for; those of others are left alone */
  wanted: { has(devEui: string): boolean }
  /** fingerprint of the keys that were written to a device */
  written: (devEui: string) => string | null
}

/** By devEui. */
export interface Received {
  fingerprints: ReadonlyMap<string, string>
  /** those that are not on the network yet */
  sealed: ReadonlyMap<string, ReceivedKey>
}

/** Then uplinks have their turn. */
const linesAtOnce = 500

const lineFeed = 0x0a

const lineSchema = z.looseObject({ devEui: euiSchema })

/**
 * Opens key files, one after the other so that no more than one lies open, and seals at once what will be needed. Of a device that
 * stands in several files the last one counts. Rejects with `provisioning.keys-…`, which names the file and the line, never what
 * stands there.
 */
export async function receiveKeys(files: readonly KeyFile[], { identity, vault, wanted, written, ...given }: Receiving): Promise<Received> {
  const fingerprints = new Map<string, string>()
  const sealed = new Map<string, ReceivedKey>()
  for (const file of files) {
    let lines = 0
    for (const { devEui, keys } of linesOf(file.file, await opened(file, identity))) {
      if (++lines % linesAtOnce === 0) await setImmediate()
      if (!wanted.has(devEui)) continue
      const fingerprint = given.fingerprints.ofKeys(devEui, keys)
      fingerprints.set(devEui, fingerprint)
      if (fingerprint === written(devEui)) sealed.delete(devEui)
      else sealed.set(devEui, { fingerprint, sealed: vault.seal(devEui, keys) })
    }
  }
  return { fingerprints, sealed }
}

async function opened({ file, content }: KeyFile, identity: string): Promise<Uint8Array> {
  try {
    return await decryptWith(identity, Buffer.from(content, 'base64'))
  } catch (thrown) {
    const isOther = thrown instanceof OndineError && thrown.code === 'age.wrong-identity'
    throw new OndineError(isOther ? 'provisioning.keys-for-another' : 'provisioning.keys-unreadable', { file }, { cause: thrown })
  }
}

function* linesOf(file: string, bytes: Uint8Array): Generator<{ devEui: string; keys: RootKeys }> {
  const decoder = new TextDecoder()
  for (let [start, line] = [0, 1]; start < bytes.length; line++) {
    const found = bytes.indexOf(lineFeed, start)
    const end = found === -1 ? bytes.length : found
    const text = decoder.decode(bytes.subarray(start, end))
    start = end + 1
    if (text.trim() === '') continue
    const read = keysOf(text)
    if (read === undefined) throw new OndineError('provisioning.keys-malformed', { file, line })
    yield read
  }
}

function keysOf(line: string): { devEui: string; keys: RootKeys } | undefined {
  const parsed = lineSchema.safeParse(parsedJson(line))
  if (!parsed.success) return undefined
  const keys: Partial<Record<KeyField, SecretKey>> = {}
  for (const field of keyFields) {
    const text = parsed.data[field]
    if (text === undefined) continue
    const key = typeof text === 'string' ? readKey(text) : undefined
    if (key === undefined) return undefined
    keys[field] = key
  }
  return { devEui: parsed.data.devEui, keys }
}

/** No cause goes with it: what a parser says quotes what it read. */
function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
