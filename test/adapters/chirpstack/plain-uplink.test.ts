import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJsonEvent } from '../../../src/adapters/chirpstack/events/json-event.ts'
import { toNetworkEvent } from '../../../src/adapters/chirpstack/events/network-event.ts'
import { plainUplink } from '../../../src/adapters/chirpstack/events/plain-uplink.ts'
import { recordings } from './recordings.ts'

const recorded: unknown[] = recordings('json')
  .filter(({ topic }) => /^application\/.*\/up$/.test(topic))
  .map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()))

const bySchema = (event: unknown) => toNetworkEvent(readJsonEvent('up', event))

test('every uplink that a real ChirpStack published is read at once, as the schema reads it', () => {
  expect(recorded.length).toBeGreaterThan(10)
  for (const event of recorded) expect(plainUplink(event)).toEqual(bySchema(event))
})

/** Every place of an event, as the keys that lead to it. */
function places(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))]
}

function changed(value: unknown, [key, ...rest]: readonly (string | number)[], to: unknown): unknown {
  if (key === undefined) return to
  const copy: Record<string | number, unknown> = Object.assign(Array.isArray(value) ? [] : {}, value)
  const inner = changed(copy[key], rest, to)
  if (inner === undefined) delete copy[key]
  else copy[key] = inner
  return copy
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    false,
    '',
    [],
    {},
    0,
    -0,
    -1,
    1.5,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    [[]],
    [{}],
    { lora: null },
    { lora: {} },
  ),
  fc.constantFrom('2026-02-30T06:00:00Z', '2024-02-29T23:59:59.9999+00:00', '2026-11-22T24:00:00Z', '2026-11-22T06:00:00+01:00'),
  fc.constantFrom('2026-11-22t06:00:00z', '2026-11-22T06:00Z', '2026-11-22T06:00:60Z', '2026-13-01T00:00:00Z', '0000-01-01T00:00:00Z'),
  fc.constantFrom('AQ==', 'AR==', 'AQ', 'A', 'AQ= =', '_-8=', 'AAAA\n', '0018B20000001A2B', '00-18-b2-00-00-00-1a-2b', '0018b20000001a2g'),
  fc.constantFrom({ model: 'a/b' }, { model: 1 }, JSON.parse('{"__proto__":"x"}'), { constructor: 'x' }),
  fc.jsonValue(),
)

test('whatever is changed in one: what it reads is what the schema reads, and what the schema refuses it does not read', () => {
  let read = 0
  const someEvent = fc.constantFrom(...recorded)
  const changes = fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(someEvent, changes, (event, list) => {
      let mutant = event
      for (const [at, to] of list) {
        const all = places(mutant)
        mutant = changed(mutant, all[at % all.length] ?? [], to)
      }
      const plain = plainUplink(mutant)
      if (plain === null) return
      read++
      expect(plain).toEqual(bySchema(mutant))
    }),
    { numRuns: 5_000 },
  )
  expect(read).toBeGreaterThan(500)
})
