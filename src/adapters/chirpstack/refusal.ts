import { status } from '@grpc/grpc-js'
import { OndineError } from '../../errors/ondine-error.ts'
import type { RefusalReason } from '../../errors/sentences/chirpstack.ts'

interface Failure {
  code: number
  details: string
}

/** grpc-js's ServiceError by its shape. */
export function failureOf(thrown: unknown): Failure | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || !('details' in thrown)) return undefined
  const { code, details } = thrown
  return typeof code === 'number' && typeof details === 'string' ? { code, details } : undefined
}

export function isBusy(thrown: unknown): boolean {
  const failure = failureOf(thrown)
  return failure !== undefined && reasonOf(failure) === 'busy'
}

/** A refusal of ours that says "not there", or what cannot be told from it. */
export function isMissing(thrown: unknown): boolean {
  if (!(thrown instanceof OndineError) || thrown.code !== 'chirpstack.refused') return false
  return thrown.context.reason === 'missing' || thrown.context.reason === 'right-or-missing'
}

export function isDuplicate(thrown: unknown): boolean {
  return thrown instanceof OndineError && thrown.code === 'chirpstack.refused' && thrown.context.reason === 'duplicate'
}

/** What was thrown by a call, in our words. */
export function toOndineError(thrown: unknown, call: { path: string; subject: string; url: string }): OndineError {
  const failure = failureOf(thrown)
  if (failure === undefined) return OndineError.from(thrown)
  const { url, subject } = call
  if (isUnreachable(failure)) return new OndineError('chirpstack.unreachable', { url, reason: silenceOf(failure) }, { cause: thrown })
  const context = { method: methodName(call.path), subject, answer: failure.details, reason: reasonOf(failure) }
  return new OndineError('chirpstack.refused', context, { cause: thrown })
}

export function isUnreachable({ code, details }: Failure): boolean {
  return code === status.UNAVAILABLE || code === status.DEADLINE_EXCEEDED || code === status.CANCELLED || isOtherServer(details)
}

/** grpc-js speaks so of an HTTP server that is no gRPC server: a wrong port, a proxy's error page. */
function isOtherServer(details: string): boolean {
  return /HTTP status code|invalid content-type/i.test(details)
}

function silenceOf({ code, details }: Failure): string {
  if (code === status.DEADLINE_EXCEEDED) return 'no answer in time'
  return isOtherServer(details) ? `no gRPC server there: ${details}` : details
}

/** `/api.DeviceService/Enqueue` → `DeviceService.Enqueue` */
function methodName(path: string): string {
  return path.replace(/^\/(?:api\.)?/, '').replace('/', '.')
}

/**
 * ChirpStack hardly uses the status codes: duplicates, foreign keys, malformed values all come as INTERNAL with the
 * words of PostgreSQL or SQLite, and a missing right as UNAUTHENTICATED without a word.
 */
export function reasonOf({ code, details }: Failure): RefusalReason {
  switch (code) {
    case status.UNAUTHENTICATED:
      return details === '' ? 'right-or-missing' : 'token'
    case status.PERMISSION_DENIED:
      return 'right-or-missing'
    case status.NOT_FOUND:
      return 'missing'
    case status.ALREADY_EXISTS:
      return 'duplicate'
    case status.RESOURCE_EXHAUSTED:
      return 'exhausted'
    case status.ABORTED:
      return 'busy'
    case status.UNIMPLEMENTED:
      return 'unsupported'
    case status.INVALID_ARGUMENT:
      return details.startsWith('Not allowed') ? 'quota' : 'invalid'
    case status.INTERNAL:
      return internalReason(details)
    default:
      return 'other'
  }
}

function internalReason(details: string): RefusalReason {
  if (/unique constraint/i.test(details)) return 'duplicate'
  if (/database is (locked|busy)|could not serialize|deadlock detected/i.test(details)) return 'busy'
  // so it answers while its PostgreSQL is away, not a word where the connection is cut
  if (
    details === '' ||
    /terminating connection|closed the connection|connection closed|connecting to server|database system is|timed out in bb8|pool timed out/i.test(
      details,
    )
  ) {
    return 'no-database'
  }
  if (/\bca_(cert|key)\b/.test(details)) return 'no-authority'
  if (/foreign key|record not found/i.test(details)) return 'missing'
  if (/string length|number of digits|invalid character|value too long/i.test(details)) return 'invalid'
  return 'other'
}
