import { OndineError } from '../../errors/ondine-error.ts'
import { readKey, type SecretKey } from '../keys.ts'
import type { RootKeys } from '../root-keys.ts'
import type { SecretText } from '../secret.ts'

/** How a label is written: see the readers beside this file. */
export type LabelForm = 'tr005' | 'tr005-draft' | 'lwdp' | 'json' | 'named' | 'url' | 'positional' | 'tektelic' | 'sensecap' | 'eui'

/** What the QR code of a device says. Ids are lower-case hexadecimal digits; null and an empty `keys`: it does not say. */
export interface Label {
  form: LabelForm
  devEui: string
  joinEui: string | null
  /** 4 digits, given by the LoRa Alliance (TR005 ProfileID, first half) */
  vendorId: string | null
  /** 4 digits, given by the vendor (TR005 ProfileID, second half) */
  profileId: string | null
  serial: string | null
  /** proves ownership to a join server (TR005 4.2.5.2): a secret */
  owner: SecretText | null
  keys: RootKeys
}

export function label(form: LabelForm, devEui: string, rest: Partial<Omit<Label, 'form' | 'devEui'>> = {}): Label {
  return { form, devEui, joinEui: null, vendorId: null, profileId: null, serial: null, owner: null, keys: {}, ...rest }
}

/** The ProfileID of TR005 as its two halves. `00000000` says nothing. */
export function profileOf(digits: string): Pick<Label, 'vendorId' | 'profileId'> {
  if (/^0+$/.test(digits)) return { vendorId: null, profileId: null }
  return { vendorId: digits.slice(0, 4).toLowerCase(), profileId: digits.slice(4).toLowerCase() }
}

/** An EUI as labels write it: 16 digits, in pairs or fours with one kind of `:`, `-`, `.` or blank between, or not. undefined: none. */
export function readEui(text: string): string | undefined {
  const bare = text.trim().replace(/^0x/i, '')
  const isEui =
    /^[0-9a-f]{16}$/i.test(bare) ||
    /^[0-9a-f]{2}([:\-. ])[0-9a-f]{2}(\1[0-9a-f]{2}){6}$/i.test(bare) ||
    /^([0-9a-f]{4})([:\-. ])[0-9a-f]{4}(\2[0-9a-f]{4}){2}$/i.test(bare)
  return isEui ? bare.replace(/[^0-9a-f]/gi, '').toLowerCase() : undefined
}

/** Throws `label.part`, which says how many digits were seen, or `label.zero` for a device. */
export function euiPart(text: string, part: 'devEui' | 'joinEui'): string {
  const eui = readEui(text)
  if (eui === undefined) throw partFault(text, part, 16)
  if (part === 'devEui' && /^0+$/.test(eui)) throw new OndineError('label.zero', {})
  return eui
}

export function keyPart(text: string, part: string): SecretKey {
  const key = readKey(text)
  if (key === undefined) throw partFault(text, part, 32)
  return key
}

/** Tells digits and the rest apart, and repeats neither. */
export function partFault(text: string, part: string, wanted: number): OndineError {
  const digits = text.match(/[0-9a-f]/gi)?.length ?? 0
  const others = text.match(/[^0-9a-f\s:.-]/gi)?.length ?? 0
  return new OndineError('label.part', { part, wanted, digits, others })
}

/** A serial number is printed: what could be a key is not taken for one. */
export function serialPart(text: string): string | null {
  const serial = text.trim()
  if (serial === '') return null
  if (holdsKey(serial)) throw new OndineError('label.key-unnamed', { name: 'serial' })
  return serial
}

/** Is there anything in it that could be a key? */
export function holdsKey(text: string): boolean {
  return /[0-9a-f]{32}/i.test(text.replace(/0x|[\s:\-._,]/gi, ''))
}
