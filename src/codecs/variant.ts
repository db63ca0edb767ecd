import type { Model, Script, Variant } from './model.ts'

interface VariantHints {
  /** null: a downlink, or nothing that could tell */
  frame: { fPort: number; bytes: Uint8Array } | null
  /** of the device in the inventory; null: unknown */
  firmware: string | null
}

/**
 * The script that reads this frame: of the first variant whose byte says so, else of the first that names the device's firmware,
 * else the model's default. A byte counts before the inventory: the frame was there when the firmware was changed.
 */
export function scriptFor(model: Pick<Model, 'codec' | 'variants' | 'variantCodecs'>, { frame, firmware }: VariantHints): Script {
  if (model.variantCodecs.size === 0) return model.codec
  const variants = Object.entries(model.variants)
  const found =
    variants.find(([, variant]) => frame !== null && fits(variant, frame)) ??
    variants.find(([, variant]) => firmware !== null && variant.firmware.some((pattern) => matches(pattern, firmware)))
  return (found === undefined ? undefined : model.variantCodecs.get(found[0])) ?? model.codec
}

function fits({ frame: wanted }: Variant, { fPort, bytes }: { fPort: number; bytes: Uint8Array }): boolean {
  if (wanted === undefined || (wanted.fPort !== undefined && !wanted.fPort.includes(fPort))) return false
  const byte = bytes[wanted.byte]
  return byte !== undefined && wanted.equals.includes(byte & wanted.mask)
}

/** `2.*` is every version that begins with `2.`; the `v` that some write before a version says nothing. */
function matches(pattern: string, firmware: string): boolean {
  const version = firmware.trim().replace(/^v/i, '')
  return pattern.endsWith('*') ? version.startsWith(pattern.slice(0, -1)) : version === pattern
}
