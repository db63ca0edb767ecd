import { join } from 'node:path'

/** The models that come with the program, wherever it runs from (src or dist), and their device profiles. */
export const shippedCodecs = join(import.meta.dirname, '../../codecs')
export const shippedProfiles = join(import.meta.dirname, '../../device-profiles')
