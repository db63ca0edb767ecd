import { OndineError } from '../../errors/ondine-error.ts'
import type { SecretKey } from '../keys.ts'
import type { KeyField } from '../root-keys.ts'
import { SecretText } from '../secret.ts'
import { euiPart, holdsKey, keyPart, type Label, type LabelForm, label, partFault, profileOf, readEui, serialPart } from './label.ts'

type Field = 'devEui' | 'joinEui' | KeyField | 'serial' | 'owner' | 'profile'

/** As vendors name them; without accents, blanks, punctuation and case. */
const fieldsByName: ReadonlyMap<string, Field> = new Map([
  ...names('devEui', 'deveui', 'deviceeui', 'loradeveui', 'lorawandeveui', 'eui', 'eui64'),
  ...names('joinEui', 'joineui', 'appeui', 'applicationeui', 'lorajoineui', 'loraappeui', 'lorawanappeui', 'lorawanjoineui'),
  ...names('appKey', 'appkey', 'applicationkey', 'loraappkey', 'lorawanappkey', 'otaakey', 'cleotaa', 'cleapplicative'),
  ...names('nwkKey', 'nwkkey', 'networkkey', 'lorawannwkkey'),
  ...names('genAppKey', 'genappkey'),
  ...names(
    'serial',
    'sn',
    'serial',
    'serialnumber',
    'serialno',
    'sernum',
    'numerodeserie',
    'nodeserie',
    'nserie',
    'ndeserie',
    'seriennummer',
  ),
  ...names('owner', 'ownertoken', 'claimauthenticationcode'),
  ...names('profile', 'profileid', 'loraprofileid'),
])

/** Session keys and what belongs to them: known, and of no use for a join. */
const leftOut: ReadonlySet<string> = new Set(['appskey', 'nwkskey', 'fnwksintkey', 'snwksintkey', 'nwksenckey', 'devaddr', 'deviceaddress'])

function names(field: Field, ...written: string[]): [string, Field][] {
  return written.map((name) => [name, field])
}

function bareName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^0-9a-z]/gi, '')
    .toLowerCase()
}

/** A pair as the label writes it. */
export type Named = readonly [name: string, value: string]

/** Throws `label.*`: a field without sense, one that stands twice with two values, a key under a name that is not known. */
export function labelOfNamed(form: LabelForm, pairs: readonly Named[]): Label {
  const values = new Map<Field, string>()
  for (const [name, value] of pairs) {
    const bare = bareName(name)
    const field = fieldsByName.get(bare)
    if (field === undefined) {
      if (!leftOut.has(bare) && holdsKey(value)) throw new OndineError('label.key-unnamed', { name: shownName(name) })
      continue
    }
    const before = values.get(field)
    if (before !== undefined && !isSame(before, value)) throw new OndineError('label.twice', { field })
    values.set(field, value)
  }
  const devEui = values.get('devEui')
  if (devEui === undefined) throw missingDevEui(pairs)
  return label(form, euiPart(devEui, 'devEui'), restOf(values))
}

function restOf(values: ReadonlyMap<Field, string>): Partial<Label> {
  const text = (field: Field) => (values.get(field)?.trim() === '' ? undefined : values.get(field))
  const [joinEui, serial, owner, profile] = [text('joinEui'), text('serial'), text('owner'), text('profile')]
  if (profile !== undefined && !/^[0-9a-f]{8}$/i.test(profile.trim())) throw partFault(profile, 'profileId', 8)
  const keys: Partial<Record<KeyField, SecretKey>> = {}
  for (const field of ['appKey', 'nwkKey', 'genAppKey'] as const) {
    const value = text(field)
    if (value !== undefined) keys[field] = keyPart(value, field)
  }
  return {
    joinEui: joinEui === undefined ? null : euiPart(joinEui, 'joinEui'),
    serial: serial === undefined ? null : serialPart(serial),
    owner: owner === undefined ? null : new SecretText(owner.trim()),
    ...(profile === undefined ? {} : profileOf(profile.trim())),
    keys,
  }
}

function missingDevEui(pairs: readonly Named[]): OndineError {
  const seen = pairs.map(([name]) => shownName(name)).filter((name) => name !== '?')
  return new OndineError('label.no-dev-eui', { names: [...new Set(seen)].slice(0, 8).join(', ') || '-' })
}

/** A name may be anything: one that could hold a key or an EUI is not repeated. */
function shownName(name: string): string {
  const trimmed = name.trim()
  return trimmed.length <= 24 && !/[0-9a-f]{6}/i.test(trimmed) && !/\p{Cc}/u.test(trimmed) ? trimmed : '?'
}

function isSame(a: string, b: string): boolean {
  const bare = (text: string) => text.replace(/^\s*0x|[\s:\-._,]/gi, '').toLowerCase()
  return bare(a) === bare(b)
}

/**
 * Lines or pieces of `name=value` or `name: value`, as on many labels, in NFC tags (ELSYS' NFC settings specification) and in
 * command lines. undefined: the text is not made so. Throws `label.mixed` where something that looks like an EUI or a key has
 * no name beside others that have.
 */
export function namedPairs(text: string): readonly Named[] | undefined {
  const pieces = text.split(
    /[\r\n;|&\t]+|,(?!\s*0x)|\s+(?=(?:lora(?:wan)?|dev(?:ice)?|app(?:lication)?|join|nwk|gen|serial|s\/?n)[\s_-]*(?:eui|key|app[\s_-]*key|number|no)?\s*[:=])/i,
  )
  const pairs: Named[] = []
  let bare = 0
  for (const piece of pieces) {
    const found = /^\s*["']?([\p{L}][\p{L}\p{N} _./°-]{0,40}?)["']?\s*[:=]\s*["']?(.*?)["']?\s*$/su.exec(piece)
    const name = found?.[1] ?? ''
    // Digits before a colon are the first pair of an EUI, `DE:AD:…`, and no name.
    if (found !== null && !/^[0-9a-f]{2}$/i.test(name)) pairs.push([name, found[2] ?? ''])
    else if (readEui(piece) !== undefined || holdsKey(piece)) bare += 1
  }
  const isNamed = pairs.some(([name]) => fieldsByName.has(bareName(name)))
  if (!isNamed) return undefined
  if (bare > 0) throw new OndineError('label.mixed', { count: bare })
  return pairs
}

/** One flat object. Throws `label.json-…`: not valid, nested, a name twice, an EUI or a key that is a number. */
export function jsonPairs(text: string): readonly Named[] {
  const value = parsed(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new OndineError('label.json-no-object', {})
  const entries = Object.entries(value)
  // JSON.parse keeps the last of two members with one name.
  const written = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length
  return entries.flatMap(([name, member]): Named[] => {
    if (member === null) return []
    if (typeof member === 'object') throw new OndineError('label.json-nested', {})
    if (written !== entries.length) throw new OndineError('label.json-twice', {})
    const field = fieldsByName.get(bareName(name))
    if (typeof member !== 'string' && field !== undefined && field !== 'serial') throw new OndineError('label.json-number', {})
    return [[name, String(member)]]
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // No cause: what the parser says quotes the text.
    throw new OndineError('label.json-invalid', {})
  }
}

/**
 * An address with named fields in its query. Milesight prints `…MILESIGHT-IOT.COM/…&SN=<DevEUI>`: there a number of 16 digits
 * that begins as its EUIs do is one. Throws `label.url` where the address names no device.
 */
export function urlPairs(text: string): readonly Named[] {
  const { hostname } = new URL(text)
  // Milesight's query has been seen to begin with & and without ?.
  const query = /[?&](.*)$/s.exec(text)?.[1] ?? ''
  const pairs = [...new URLSearchParams(query)].map(([name, value]): Named => [name, value])
  if (pairs.some(([name]) => fieldsByName.get(bareName(name)) === 'devEui')) return pairs
  const isMilesight = /(^|\.)milesight(-iot)?\.com$/i.test(hostname)
  const serial = pairs.find(([name]) => fieldsByName.get(bareName(name)) === 'serial')?.[1]
  if (isMilesight && serial !== undefined && /^24e124[0-9a-f]{10}$/i.test(serial)) return [['devEui', serial]]
  throw new OndineError('label.url', { host: holdsKey(hostname) || !/^[a-z0-9.-]{1,60}$/.test(hostname) ? '?' : hostname })
}
