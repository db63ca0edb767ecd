import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { isMissing, reasonOf, toOndineError } from '../../../src/adapters/chirpstack/refusal.ts'
import { OndineError, sentenceOf } from '../../../src/errors/ondine-error.ts'
import type { RefusalReason } from '../../../src/errors/sentences/chirpstack.ts'

const callsSchema = z.array(
  z.object({ label: z.string(), error: z.object({ code: z.int(), details: z.string() }).optional().catch(undefined) }),
)

/** What each recorded refusal of a real ChirpStack is, by what was asked. */
const expected: Readonly<Record<string, RefusalReason>> = {
  'bad token': 'token',
  'no token': 'token',
  'duplicate device': 'duplicate',
  'duplicate keys': 'duplicate',
  'duplicate gateway': 'duplicate',
  'bad eui': 'invalid',
  'long name': 'invalid',
  'missing application': 'missing',
  'missing profile': 'missing',
  'bad uuid': 'invalid',
  'get missing device': 'missing',
  'keys of missing device': 'missing',
  'bad key': 'invalid',
  'list devices without application': 'invalid',
  'enqueue fPort 0 to never joined': 'invalid',
  'enqueue fPort 256 to never joined': 'invalid',
  'enqueue unknown device': 'missing',
}

describe.for(['sqlite', 'postgresql'])('refusals recorded on %s', (database) => {
  const file = new URL(`../../fixtures/chirpstack/calls-${database}.json`, import.meta.url)
  const calls = callsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  const refused = calls.flatMap(({ label, error }) => (error === undefined ? [] : [{ label, ...error }]))

  test('there are some', () => expect(refused.length).toBeGreaterThan(14))

  test.for(refused)('$label: $details', ({ label, code, details }) => {
    expect(reasonOf({ code, details })).toBe(expected[label])
  })
})

test.for<[string, number, string, RefusalReason]>([
  ['a busy database', 13, 'database is locked', 'busy'],
  ['a full tenant', 3, 'Not allowed (max. device count reached)', 'quota'],
  ['a missing right', 16, '', 'right-or-missing'],
  ['an unknown method', 12, '', 'unsupported'],
  ['a database that is away', 13, '', 'no-database'],
  ['a database that ends', 13, 'terminating connection due to administrator command', 'no-database'],
  ['a database that is not there yet', 13, 'Error occurred while creating a new object: error connecting to server', 'no-database'],
  ['a database that has no connection to spare', 13, 'pool timed out', 'no-database'],
  ['too much at once', 8, 'too many requests', 'exhausted'],
  ['no authority', 13, 'Get CA cert: Read gateway ca_cert: No such file or directory (os error 2)', 'no-authority'],
  ['something else', 13, 'oh', 'other'],
])('%s', ([, code, details, reason]) => {
  expect(reasonOf({ code, details })).toBe(reason)
})

const call = { path: '/api.DeviceService/Enqueue', subject: 'device 0018b20000001a2b', url: 'http://127.0.0.1:8080' }
const failure = (code: number, details: string) => Object.assign(new Error(`${code} ${details}`), { code, details })

test.for([
  [14, 'No connection established', 'No connection established'],
  [4, 'Deadline exceeded', 'no answer in time'],
  [1, 'Cancelled', 'Cancelled'],
  [12, 'Received HTTP status code 404', 'no gRPC server there'],
] as const)('%i %s is unreachable', ([code, details, reason]) => {
  const error = toOndineError(failure(code, details), call)
  expect(error).toMatchObject({ code: 'chirpstack.unreachable', exitCode: 5, status: 503 })
  expect(error.context.reason).toContain(reason)
})

test('a refusal says in both languages what was refused, in the server’s words, and what to do', () => {
  const error = toOndineError(failure(13, 'FOREIGN KEY constraint failed'), call)
  expect(error.message).toBe(
    'ChirpStack refused DeviceService.Enqueue for device 0018b20000001a2b: “FOREIGN KEY constraint failed”. It, or something it refers to (device, application, device profile, tenant), does not exist there: check the ids.',
  )
  expect(sentenceOf(error.code, error.context, 'fr')).toContain('vérifiez les identifiants')
  expect(error.cause).toBeInstanceOf(Error)
  expect(isMissing(error)).toBe(true)
})

test('what is no failure of a call stays what it is', () => {
  const own = new OndineError('unexpected', { reason: 'x' })
  expect(toOndineError(own, call)).toBe(own)
  expect(toOndineError(new TypeError('broken'), call)).toMatchObject({ code: 'unexpected' })
  expect(isMissing(new TypeError('broken'))).toBe(false)
})
