import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instantOf } from '../../src/readings/storable.ts'

test('every instant that a reading may have is read as the platform reads it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) - 1 }), (ms) => {
      expect(instantOf(new Date(ms).toISOString())).toBe(ms)
    }),
    { numRuns: 5000 },
  )
})

test.for([
  '2026-02-30T06:00:00.000Z',
  '2026-02-29T06:00:00.000Z',
  '2026-13-01T06:00:00.000Z',
  '2026-00-01T06:00:00.000Z',
  '2026-01-00T06:00:00.000Z',
  '2026-11-22T24:00:00.000Z',
  '2026-11-22T23:60:00.000Z',
  '2026-11-22T23:59:60.000Z',
  '1969-12-31T23:59:59.999Z',
  '2200-01-01T00:00:00.000Z',
  '2026-11-22 06:00:00.000Z',
  '2026-11-22T06:00:00.000+',
  '2026-11-22T06:00:00Z',
  '２０２６-11-22T06:00:00.000Z',
  '2026-11-22T06:00:00.0a0Z',
  '',
])('%j is none', (text) => {
  expect(instantOf(text)).toBeNull()
})

test('a leap day is one, also after another day was asked for', () => {
  expect(instantOf('2027-03-01T00:00:00.000Z')).toBe(Date.UTC(2027, 2, 1))
  expect(instantOf('2028-02-29T12:00:00.000Z')).toBe(Date.UTC(2028, 1, 29, 12))
})
