import { OndineError } from '../../errors/ondine-error.ts'
import { SecretText } from '../secret.ts'
import { euiPart, type Label, label, partFault, profileOf, serialPart } from './label.ts'

/**
 * LoRa Alliance TR005, schema D0: `LW:D0:<JoinEUI>:<DevEUI>:<ProfileID>`, then extensions (4.2.5), each behind its letter:
 * OwnerToken, SerNum, Proprietary, CheckSum. The proprietary one is read over: some vendors put PINs and keys into it.
 * Throws `label.*`.
 */
export function readTr005(text: string): Label {
  const [, schema = '', joinEui, devEui, profile, ...extensions] = text.split(':')
  if (schema.toUpperCase() !== 'D0') throw new OndineError('label.schema', { known: 'D0' })
  const identity = identityOf(joinEui, devEui, profile)
  const { owner, serial } = extensionsOf(extensions, (checksum) => verify(text, checksum))
  return label('tr005', identity.devEui, { ...identity, owner, serial })
}

/**
 * The drafts that devices were printed with before: `URN:DEV:LW:<JoinEUI>_<DevEUI>_<ProfileID>_V…_S…_P…` (draft 3) and
 * `URN:LW:DP:<JoinEUI>:<DevEUI>:<ProfileID>:%V…%S…%P…` (draft 2), as The Things Stack reads them. V was what O is now.
 */
export function readDraft(text: string): Label {
  const isThird = /^URN:DEV:LW:/i.test(text)
  const body = text.split(':').slice(3).join(':')
  const parts = isThird ? body.split('_') : body.split(':')
  const [joinEui, devEui, profile, ...rest] = parts
  const extensions = isThird ? rest : rest.join(':').split('%').slice(1)
  if (!isThird && rest.length > 0 && !rest.join(':').startsWith('%'))
    throw new OndineError('label.extension', { letter: letterOf(rest[0]) })
  const identity = identityOf(joinEui, devEui, profile)
  const { owner, serial } = extensionsOf(
    extensions.map((extension) => extension.replace(/^V/i, 'O')),
    () => {},
  )
  return label('tr005-draft', identity.devEui, { ...identity, owner, serial })
}

/** Browan and others who print Gemtek's form: `URN:LWDP:<JoinEUI>:<DevEUI>:<article>:<check code>` (Browan's manuals, "Label format information"). */
export function readLwdp(text: string): Label {
  const [joinEui = '', devEui = ''] = text.split(':').slice(2)
  return label('lwdp', euiPart(devEui, 'devEui'), { joinEui: euiPart(joinEui, 'joinEui') })
}

function identityOf(joinEui = '', devEui = '', profile = ''): Pick<Label, 'devEui' | 'joinEui' | 'vendorId' | 'profileId'> {
  const euis = { joinEui: euiPart(joinEui, 'joinEui'), devEui: euiPart(devEui, 'devEui') }
  if (!/^[0-9a-f]{8}$/i.test(profile)) throw partFault(profile, 'profileId', 8)
  return { ...euis, ...profileOf(profile) }
}

function extensionsOf(extensions: readonly string[], verifyChecksum: (checksum: string) => void): Pick<Label, 'owner' | 'serial'> {
  const found = new Map<string, string>()
  for (const [index, extension] of extensions.entries()) {
    const [letter, value] = [extension.slice(0, 1).toUpperCase(), extension.slice(1)]
    const isKnown = ['O', 'S', 'P', 'C'].includes(letter) && value !== '' && (letter !== 'C' || index === extensions.length - 1)
    if (!isKnown) throw new OndineError('label.extension', { letter: letterOf(extension) })
    if (letter !== 'P' && found.has(letter)) throw new OndineError('label.twice', { field: letter })
    found.set(letter, value)
  }
  const checksum = found.get('C')
  if (checksum !== undefined) verifyChecksum(checksum)
  const [owner, serial] = [found.get('O'), found.get('S')]
  return { owner: owner === undefined ? null : new SecretText(owner), serial: serial === undefined ? null : serialPart(serial) }
}

function letterOf(extension = ''): string {
  return extension === '' ? '(empty)' : extension.slice(0, 1)
}

/** Over everything before `:C` (the example of TR005 4.3 ends in CAF2C). */
function verify(text: string, checksum: string): void {
  const covered = text.slice(0, text.length - checksum.length - 2)
  const expected = crc16Modbus(Buffer.from(covered, 'utf8')).toString(16).padStart(4, '0')
  if (checksum.toLowerCase() !== expected) throw new OndineError('label.checksum', {})
}

/** CRC-16/MODBUS: x¹⁶ + x¹⁵ + x² + 1, begun with 0xffff, reflected. */
export function crc16Modbus(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}
