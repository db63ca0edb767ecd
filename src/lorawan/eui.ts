import { z } from 'zod'

/**
 * DevEUI, JoinEUI or gateway id as everywhere in this project: 16 lower-case hexadecimal digits. Labels and other programs
 * write it in capitals and in pairs, `02-DF-62-…` or `02:df:62:…`, which is taken too.
 */
export const euiSchema = z
  .string()
  .regex(/^[0-9a-fA-F]{2}([:-]?)[0-9a-fA-F]{2}(\1[0-9a-fA-F]{2}){6}$/, 'must be 16 hexadecimal digits')
  .transform((eui) => eui.replace(/[:-]/g, '').toLowerCase())
