import { z } from 'zod'

/** DevEUI, JoinEUI or gateway id as everywhere in this project: 16 lower-case hexadecimal digits. */
export const euiSchema = z
  .string()
  .regex(/^[0-9a-fA-F]{16}$/, 'must be 16 hexadecimal digits')
  .transform((eui) => eui.toLowerCase())
