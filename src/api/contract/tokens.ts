import { oc } from '@orpc/contract'
import { z } from 'zod'
import { roleSchema } from '../../access/scope.ts'
import { slugSchema } from '../../inventory/slug.ts'
import { pageInputSchema, pageOf } from './page.ts'

export const tokenViewSchema = z.object({
  id: z.string(),
  /** name in audit rows */
  account: z.string(),
  role: roleSchema,
  tenant: slugSchema.nullable(),
  services: z.array(z.string()).nullable(),
  communes: z.array(z.string()).nullable(),
  expiresAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
})
export type TokenView = z.infer<typeof tokenViewSchema>

const newTokenSchema = z.object({
  account: z.string().min(1).max(100).describe('Name of the bearer in audit rows.'),
  role: roleSchema,
  tenant: slugSchema.nullable().default(null).describe('null: the whole server.'),
  services: z.array(slugSchema).nullable().default(null),
  communes: z.array(z.string().regex(/^[0-9AB]{5}$/, 'must be an INSEE code of 5 characters')).nullable().default(null),
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
})

export const tokensContract = {
  create: oc
    .route({
      method: 'POST',
      path: '/v1/tokens',
      tags: ['Access'],
      summary: 'Make a token',
      description: 'For administrators. The token is shown this once: only its hash is kept.',
      successStatus: 201,
    })
    .input(newTokenSchema)
    .output(tokenViewSchema.extend({ token: z.string() })),
  list: oc
    .route({ method: 'GET', path: '/v1/tokens', tags: ['Access'], summary: 'Tokens, without their secrets; for administrators' })
    .input(pageInputSchema)
    .output(pageOf(tokenViewSchema)),
}
