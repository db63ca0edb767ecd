import { z } from 'zod'

/** `server.json` in the data directory: how a command line on the same host finds the running server. */
export const serverFileSchema = z.object({ url: z.string(), pid: z.int() })
export type ServerFile = z.infer<typeof serverFileSchema>

export const serverFileName = 'server.json'
/** made at first start, mode 0600 */
export const adminTokenFileName = 'admin.token'
