import { z } from 'zod'

/** Every list: at most `limit` items, and the cursor of the next page (null on the last one). */
export const pageInputSchema = z.object({
  limit: z.coerce.number<number>().int().min(1).max(1000).default(100).describe('Items per page, 1 to 1000.'),
  cursor: z.string().max(1000).optional().describe('`cursor` of the page before.'),
})

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item).describe('At most `limit`.'),
    cursor: z.string().nullable().describe('Of the next page; null on the last one.'),
  })
}

/** A boolean of a query string. */
export const flagSchema = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
