import { oc } from '@orpc/contract'
import { z } from 'zod'
import { tokenRecordSchema, tokenRequestSchema } from '../../access/tokens.ts'
import { pageInputSchema, pageOf } from './page.ts'

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
    .input(tokenRequestSchema)
    .output(tokenRecordSchema.extend({ token: z.string().describe('Its secret, `ond_…`, shown this once.') })),
  list: oc
    .route({
      method: 'GET',
      path: '/v1/tokens',
      tags: ['Access'],
      summary: 'Tokens without their secrets, newest first; for administrators',
    })
    .input(pageInputSchema)
    .output(pageOf(tokenRecordSchema)),
  revoke: oc
    .route({
      method: 'DELETE',
      path: '/v1/tokens/{id}',
      tags: ['Access'],
      summary: 'Revoke a token',
      description: 'For administrators. It is refused from now on; a stream that it opened ends within a minute.',
    })
    .input(z.object({ id: z.uuid().describe('Of the token.') }))
    .output(z.object({ id: z.uuid().describe('Of the token.'), revokedAt: z.iso.datetime().describe('UTC.') })),
}
