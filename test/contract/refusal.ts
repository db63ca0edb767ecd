import { expect } from 'vitest'
import { z } from 'zod'

/** gRPC status codes (grpc.io) that ChirpStack uses */
export const codes = { invalidArgument: 3, notFound: 5, internal: 13, unauthenticated: 16 } as const

const serviceError = z.object({ code: z.number(), details: z.string() })

/** The call must be refused with this code and exactly this text. */
export async function expectRefusal(call: Promise<unknown>, code: keyof typeof codes, details: string): Promise<void> {
  const outcome = await call.then(
    () => 'it was accepted',
    (thrown: unknown) => serviceError.parse(thrown),
  )
  expect(outcome).toEqual({ code: codes[code], details })
}

export const missingId = '00000000-0000-4000-8000-000000000000'
export const missingEui = '70b3d5e75effff01'
export const noObject = (id: string) => `Object does not exist (id: ${id})`
