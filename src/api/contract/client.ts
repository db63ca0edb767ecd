import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { JsonifiedClient } from '@orpc/openapi-client'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { contract } from './contract.ts'
import { type Problem, problemMediaType, problemSchema } from './problem.ts'

/** Every route of the contract as a typed function. Rejects with `ProblemError`, `NotOndineError` or what `fetch` throws. */
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
      const response = await fetch(request, init)
      if (response.ok) return response
      throw await refusalOf(response)
    },
  })
  return createORPCClient(link)
}

async function refusalOf(response: Response): Promise<Error> {
  if (response.headers.get('content-type')?.startsWith(problemMediaType) !== true) return new NotOndineError(response.status)
  const problem = problemSchema.safeParse(await response.json())
  return problem.success ? new ProblemError(problem.data) : new NotOndineError(response.status)
}
