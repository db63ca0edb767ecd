import { describe, expect, test } from 'vitest'
import { OndineError } from '../../src/errors/ondine-error.ts'
import { createLogger } from '../../src/telemetry/logger.ts'

const secret = 'do-not-tell'

function logged(fields: object): string {
  const lines: string[] = []
  createLogger('info', { write: (line) => void lines.push(line) }).info({ kept: 'this', ...fields }, 'said')
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0]!)).toMatchObject({ kept: 'this', msg: 'said' })
  return lines[0]!
}

describe.for(['token', 'password', 'authorization', 'appKey', 'nwkKey', 'genAppKey', 'address'])('nothing named %s gets out', (name) => {
  test.for([
    ['at the first level', { [name]: secret }],
    ['at the second', { a: { [name]: secret } }],
    ['at the third', { a: { b: { [name]: secret } } }],
    ['in a list', { a: [{ [name]: secret }] }],
    ['however it is made', { [name]: { deep: [secret] } }],
    ['of an error', { err: Object.assign(new Error('x'), { [name]: secret }) }],
    ['of the context of an error', { err: Object.assign(new Error('x'), { context: { [name]: secret } }) }],
    ['of the cause of an error', { err: new Error('x', { cause: Object.assign(new Error('y'), { [name]: secret }) }) }],
  ] as const)('%s', ([, fields]) => {
    expect(logged(fields)).not.toContain(secret)
  })
})

test('an error of ours is told with its code and its facts', () => {
  const line = logged({ err: new OndineError('inventory.device-not-found', { devEui: '0018b20000001a2b' }) })
  expect(JSON.parse(line)).toMatchObject({ err: { code: 'inventory.device-not-found', context: { devEui: '0018b20000001a2b' } } })
})
