import { createRequire } from 'node:module'
import type packet from 'lora-packet'

/** Its types promise a default export inside the default export; at run time there is one only. */
export const lora: typeof packet.default = createRequire(import.meta.url)('lora-packet')
