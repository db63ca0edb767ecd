import type { OndineError } from '../../../errors/ondine-error.ts'
import type { DeviceProfile } from '../../device-profile.ts'
import type { Convention } from './joined-codec.ts'
import type { SourceFiles } from './source-files.ts'
import type { Vector } from './vector.ts'

/** The scripts of one payload format of a device, and how its catalogue calls them. */
export interface ImportedCodec {
  /** files of the catalogue, and what each is for; one file that is for all is taken over as it is where it needs nothing */
  parts: readonly { path: string; source: string; entries: 'all' | readonly CodecEntry[] }[]
  convention: Convention
  /** versions of the device's firmware that it is for; none: all others */
  firmware: readonly string[]
  vectors: readonly Vector[]
}

export type CodecEntry = 'decodeUplink' | 'encodeDownlink' | 'decodeDownlink'

/** One device of a catalogue, in words that all catalogues share. */
export interface ImportedModel {
  /** what people call it */
  title: string
  vendor: string
  /** the newest first; at least one */
  codecs: readonly ImportedCodec[]
  /** null: the catalogue tells no profile for EU868 that can be had here */
  profile: Omit<DeviceProfile, 'title' | 'expectedInterval'> | null
  /** 6, 7 or 9 hexadecimal digits */
  euiPrefixes: readonly string[]
  /** addresses of data sheets and product pages */
  sources: readonly string[]
  /** vectors and lists of them that could not even be read */
  unread: readonly { description: string; error: OndineError }[]
  /** paths of further codecs that the catalogue has for it, and does not say which of its devices need which */
  otherCodecs: readonly string[]
}

/** A device that a catalogue lists; it is read only when its turn comes. */
export interface Entry {
  /** names as the catalogue's folders have them */
  vendor: string
  model: string
  /** of the device's own file or folder */
  path: string
  /** Throws an OndineError: this device is refused, and no other. */
  read(): ImportedModel
}

export interface Layout {
  name: LayoutName
  recognises(files: SourceFiles): boolean
  /** Every device, sorted by vendor and model. */
  entries(files: SourceFiles): readonly Entry[]
}

export const layoutNames = ['chirpstack', 'ttn', 'actility', 'watteco', 'milesight'] as const
export type LayoutName = (typeof layoutNames)[number]
