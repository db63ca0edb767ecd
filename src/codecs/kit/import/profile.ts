import { deviceProfileSchema } from '../../device-profile.ts'
import type { ImportedModel } from './layout.ts'

const facts = deviceProfileSchema.omit({ title: true, expectedInterval: true, region: true })

/** What a catalogue says of a device in EU868; null where it says too little, or what no network server takes. */
export function eu868Profile(said: Record<keyof typeof facts.shape, unknown>): ImportedModel['profile'] {
  const read = facts.safeParse(said)
  return read.success ? { region: 'EU868', ...read.data } : null
}
