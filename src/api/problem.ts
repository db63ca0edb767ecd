import { STATUS_CODES } from 'node:http'
import { ValidationError } from '@orpc/contract'
import { ORPCError } from '@orpc/server'
import { OndineError } from '../errors/ondine-error.ts'
import { valueFaults } from '../errors/value-fault.ts'
import { fieldsText, type Problem } from './contract/problem.ts'

/** Of a request. */
export const maxBodyBytes = 1_048_576
/** Of a territory with its keys: some 400 bytes for each device. */
export const maxTerritoryBytes = 96 * 1_048_576

const typeBase = '/docs#problem-'

/** What an error is to the one who asked. What we did not expect says nothing of our insides: the log has the details. */
export function problemOf(thrown: unknown, limit = maxBodyBytes): Problem {
  if (thrown instanceof ORPCError) return fromOrpc(thrown, limit)
  if (!(thrown instanceof OndineError)) return hidden()
  return fromOndine(thrown)
}

function fromOndine(error: OndineError, errors?: Problem['errors']): Problem {
  return {
    type: `${typeBase}${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    code: error.code,
    context: { ...error.context },
    ...(errors === undefined ? {} : { errors }),
  }
}

function fromOrpc(error: ORPCError<string, unknown>, limit: number): Problem {
  if (error.cause instanceof OndineError) return fromOndine(error.cause)
  if (error.code === 'PAYLOAD_TOO_LARGE') return tooLarge(limit)
  if (error.code === 'BAD_REQUEST')
    return error.cause instanceof ValidationError ? invalid(error.cause) : fromOndine(new OndineError('api.malformed', {}))
  return hidden()
}

function invalid(validation: ValidationError): Problem {
  const errors = validation.issues.flatMap(valueFaults).map(({ path, code, context, reason }) => ({ path, detail: reason, code, context }))
  return fromOndine(new OndineError('api.invalid', { fields: fieldsText(errors) }), errors)
}

function tooLarge(limit: number): Problem {
  return { ...fromOndine(new OndineError('api.too-large', { limit })), status: 413, title: STATUS_CODES[413] ?? '' }
}

function hidden(): Problem {
  return fromOndine(new OndineError('unexpected', { reason: 'an internal error' }))
}
