import { z } from 'zod'

/** A name that goes into topics, tags and URLs: given once and never recomputed. */
export const slugSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, "." "_" "-", at most 64')
