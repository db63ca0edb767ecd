import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { JsonifiedClient } from '@orpc/openapi-client'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { OndineError } from '../../errors/ondine-error.ts'
import { contract } from './contract.ts'
import { type Problem, problemMediaType, problemSchema } from './problem.ts'

/** Every route of the contract as a typed function. Rejects with `ProblemError`, `NotOndineError` or `cli.unreachable`. */
export type Client = JsonifiedClient<ContractRouterClient<typeof contract>>

/** What the server refused, in its own words. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** Something answered, but not this API. */
export class NotOndineError extends Error {
  readonly status: number

  constructor(status: number) {
    super(`HTTP ${status} without problem details`)
    this.name = 'NotOndineError'
    this.status = status
  }
}

/** `token` is sent as bearer. */
export function createClient({ url, token }: { url: string; token: string }): Client {
  const link = new OpenAPILink(contract, {
    url,
    headers: { authorization: `Bearer ${token}` },
    fetch: async (request, init) => {
      const response = await fetch(request, init).catch((cause: unknown) => {
        if (request.signal.aborted) throw cause
        throw new OndineError('cli.unreachable', { url, reason: reasonOf(cause) }, { cause })
      })
      if (response.ok) return response
      throw await refusalOf(response)
    },
  })
  return createORPCClient(link)
}

/** The bytes of an answer that is a file, as they come. Rejects as a client does; reading them rejects when the answer is cut short. */
export async function download(
  { url, token }: { url: string; token: string },
  path: string,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(new URL(path, url), { headers: { authorization: `Bearer ${token}` }, signal }).catch((cause: unknown) => {
    if (signal.aborted) throw cause
    throw new OndineError('cli.unreachable', { url, reason: reasonOf(cause) }, { cause })
  })
  if (!response.ok) throw await refusalOf(response)
  if (response.body === null) throw new NotOndineError(response.status)
  return response.body
}

/** `fetch` says only that it failed; its cause says ECONNREFUSED, ENOTFOUND, a bad certificate … */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown
  if (!(cause instanceof Error)) return String(cause)
  return 'code' in cause ? String(cause.code) : cause.message
}

async function refusalOf(response: Response): Promise<Error> {
  if (response.headers.get('content-type')?.startsWith(problemMediaType) !== true) return new NotOndineError(response.status)
  const problem = problemSchema.safeParse(await response.json())
  return problem.success ? new ProblemError(problem.data) : new NotOndineError(response.status)
}
