import { OndineError } from '../../errors/ondine-error.ts'
import { readKey } from '../keys.ts'
import { euiPart, holdsKey, type Label, label, readEui, serialPart } from './label.ts'

/** What is known of EUIs and may tell a device from a join server. */
export interface EuiFacts {
  /** prefixes of devices, 6, 7 or 9 lower-case digits */
  devicePrefixes?: readonly string[]
}

/**
 * Values without names. Forms that are read: the DevEUI alone (Dragino and many more), `<DevEUI>:<AppEUI>` (Tektelic),
 * `<DevEUI><AppEUI>:0:<article>:<serial>` (SenseCAP) and, between `;`, `,`, `|`, tabs or line ends,
 * `<DevEUI>;<AppKey>` and `[<serial>;]<DevEUI>;<AppEUI>;<AppKey>`. Everything else is refused with what was seen. Throws `label.*`.
 */
export function readUnnamed(text: string, facts: EuiFacts): Label {
  const alone = readEui(text)
  if (alone !== undefined) return label('eui', euiPart(text, 'devEui'))
  return tektelic(text) ?? sensecap(text) ?? positional(text, facts)
}

/** Only behind the prefix of Tektelic: of another vendor's two EUIs nobody can tell which comes first. */
function tektelic(text: string): Label | undefined {
  const found = /^(647fda[0-9a-f]{10}):([0-9a-f]{16})$/i.exec(text)
  if (found === null) return undefined
  return label('tektelic', euiPart(found[1] ?? '', 'devEui'), { joinEui: euiPart(found[2] ?? '', 'joinEui') })
}

function sensecap(text: string): Label | undefined {
  const found = /^(2cf7f1[0-9a-f]{10})([0-9a-f]{16}):\d+:\d+:(\d+)$/i.exec(text)
  if (found === null) return undefined
  const [, devEui = '', joinEui = '', serial = ''] = found
  return label('sensecap', euiPart(devEui, 'devEui'), { joinEui: euiPart(joinEui, 'joinEui'), serial: serialPart(serial) })
}

function positional(text: string, { devicePrefixes = [] }: EuiFacts): Label {
  // An empty place stays one: what comes after it is not what stands first.
  const parts = text.replace(/[;,|\s]+$/, '').split(/[;,|\t]|[\r\n]+/)
  const kinds = parts.map(kindOf)
  const known = /^(eui (none )?key|(other )?eui eui key)$/.exec(kinds.join(' '))
  const isHidden = parts.some((part, index) => kinds[index] === 'other' && holdsKey(part))
  if (known === null || isHidden) throw refusal(text, isHidden || kinds.some((kind) => kind === 'eui' || kind === 'key'))
  const [devEui = '', joinEui] = parts.filter((_part, index) => kinds[index] === 'eui').map((part) => euiPart(part, 'joinEui'))
  const isDevice = (eui = '') => devicePrefixes.some((prefix) => eui.startsWith(prefix))
  if (joinEui !== undefined && isDevice(joinEui) && !isDevice(devEui)) throw new OndineError('label.order', {})
  const appKey = readKey(parts.at(-1) ?? '')
  return label('positional', euiPart(devEui, 'devEui'), {
    joinEui: joinEui ?? null,
    serial: kinds[0] === 'other' ? serialPart(parts[0] ?? '') : null,
    keys: appKey === undefined ? {} : { appKey },
  })
}

function kindOf(part: string): 'none' | 'eui' | 'key' | 'other' {
  if (part.trim() === '') return 'none'
  if (readEui(part) !== undefined) return 'eui'
  return readKey(part) === undefined ? 'other' : 'key'
}

/** What is seen, however it is parted: groups of 16 and of 32 digits. */
function refusal(text: string, isClose: boolean): OndineError {
  const runs = text.match(/[0-9a-f]+/gi) ?? []
  const seen = { euis: runs.filter((run) => run.length === 16).length, keys: runs.filter((run) => run.length === 32).length }
  return isClose || seen.euis + seen.keys > 0 ? new OndineError('label.ambiguous', seen) : new OndineError('label.unknown', {})
}
