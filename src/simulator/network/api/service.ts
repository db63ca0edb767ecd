import { type handleUnaryCall, type MethodDefinition, status, type UntypedServiceImplementation } from '@grpc/grpc-js'
import type { Clock } from '../clock.ts'
import type { NetworkState } from '../network-state.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { type Dialect, Refusal } from './refusal.ts'

/** PEM; `expiresAt` in milliseconds since 1970 */
export type IssueCertificate = (gatewayId: string) => { certificate: string; privateKey: string; ca: string; expiresAt: number }

/** What every service of the API works with. */
export interface ApiContext {
  state: NetworkState
  random: SeededRandom
  clock: Clock
  dialect: Dialect
  /** makes the certificates of gateways; undefined: none is configured */
  authority: IssueCertificate | undefined
  /** every token that is let in */
  isToken(token: string): boolean
}

/** Now, with the decimals below a millisecond that a database would have kept. */
export function stamp({ clock, random }: Pick<ApiContext, 'clock' | 'random'>): number {
  return clock.now() + Math.floor(random.fraction() * 1000) / 1000
}

/** One method, as a function from request to answer that throws a `Refusal`. */
export function method<Q, R>(
  context: ApiContext,
  _definition: MethodDefinition<Q, R>,
  answer: (request: Q) => R,
): UntypedServiceImplementation[string] {
  const handler: handleUnaryCall<Q, R> = (call, callback) => {
    try {
      authorize(context, call.metadata.get('authorization')[0])
      callback(null, answer(call.request))
    } catch (thrown) {
      callback(asStatus(thrown))
    }
  }
  return handler
}

export function asStatus(thrown: unknown): { code: status; details: string } {
  if (thrown instanceof Refusal) return { code: thrown.code, details: thrown.details }
  return { code: status.UNKNOWN, details: thrown instanceof Error ? thrown.message : String(thrown) }
}

function authorize(context: ApiContext, header: string | Buffer | undefined): void {
  if (header === undefined) throw new Refusal(status.UNAUTHENTICATED, 'no authorization provided')
  const token = /^Bearer (.*)$/i.exec(header.toString())?.[1]
  if (token === undefined || !context.isToken(token)) throw new Refusal(status.UNAUTHENTICATED, 'InvalidToken')
}
