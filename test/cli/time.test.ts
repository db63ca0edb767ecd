import { expect, test } from 'vitest'
import { localTime } from '../../src/cli/time.ts'

test.for([
  ['2026-11-22T05:00:00.000Z', 'Europe/Paris', '2026-11-22 06:00:00 +01:00'],
  ['2026-07-01T22:30:15.999Z', 'Europe/Paris', '2026-07-02 00:30:15 +02:00'],
  ['2026-11-22T00:00:00.000Z', 'UTC', '2026-11-22 00:00:00 +00:00'],
  ['2026-11-22T02:00:00.000Z', 'America/Martinique', '2026-11-21 22:00:00 -04:00'],
  ['2026-11-22T02:00:00.000Z', 'Asia/Kolkata', '2026-11-22 07:30:00 +05:30'],
] as const)('%s in %s is %s', ([iso, zone, shown]) => {
  expect(localTime(iso, zone)).toBe(shown)
})

test('without a zone, the one of this machine', () => {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  expect(localTime('2026-11-22T05:00:00.000Z')).toBe(localTime('2026-11-22T05:00:00.000Z', here))
})
