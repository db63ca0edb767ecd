import fc from 'fast-check'

const integer = (min: number, max: number) => fc.integer({ min, max })

function lightCommands(): fc.Arbitrary<Record<string, unknown>> {
  const address = fc.oneof(
    fc.constantFrom('analog', 'dali-broadcast', 'all'),
    // Driver 0 would be the byte 00, which is even and so allowed.
    integer(0, 63).map((number) => `dali-single-${number}`),
    integer(0, 15).map((number) => `dali-group-${number}`),
  )
  const level_pct = integer(0, 100)
  const zenith = fc.record({ zenith_deg: integer(-127, 126).map((sixths) => 90 + sixths / 6), level_pct })
  const time = fc.tuple(integer(0, 23), integer(0, 5)).map(([hours, tens]) => `${String(hours).padStart(2, '0')}:${tens}0`)
  return fc.oneof(
    fc.record({
      type: fc.constant('set-level'),
      targets: fc.array(fc.record({ address, level_pct }, { requiredKeys: ['address'] }), { minLength: 1, maxLength: 25 }),
    }),
    fc.record({
      type: fc.constant('set-level-timed'),
      targets: fc.array(fc.record({ address, level_pct, duration_min: integer(1, 255) }), { minLength: 1, maxLength: 16 }),
    }),
    fc.record({ type: fc.constant('set-report-interval'), interval_s: integer(60, 86400) }),
    fc.record({
      type: fc.constant('set-clock'),
      time: integer(1420070400, 4294967295).map((seconds) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')),
    }),
    fc.record({
      type: fc.constant('set-calendar'),
      latitude_deg: integer(-9000, 9000).map((hundredths) => hundredths / 100),
      longitude_deg: integer(-18000, 18000).map((hundredths) => hundredths / 100),
      dawn: fc.array(zenith, { maxLength: 10 }),
      dusk: fc.array(zenith, { maxLength: 11 }),
    }),
    fc.record({
      type: fc.constant('set-schedule'),
      profile: integer(0, 7),
      address,
      days: fc.subarray(['holiday', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], { minLength: 1 }),
      steps: fc.array(fc.record({ time, level_pct }, { requiredKeys: ['time'] }), { minLength: 1, maxLength: 9 }),
    }),
    fc.record({ type: fc.constant('set-fallback-level'), level_pct }),
    fc
      .record({ type: fc.constant('request-status'), status: fc.boolean(), usage: fc.boolean() })
      .filter(({ status, usage }) => status || usage),
    fc.record({ type: fc.constant('reboot') }),
  )
}

export const commands: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  'nasys/ul20xx': lightCommands(),
}
