import fc from 'fast-check'

const integer = (min: number, max: number) => fc.integer({ min, max })

const interval = fc.record({ type: fc.constantFrom('set-report-interval', 'set-collection-interval'), interval_s: integer(60, 64800) })
const plain = fc.record({ type: fc.constantFrom('reboot', 'request-status') })
const clock = fc.record({
  type: fc.constant('set-clock'),
  time: fc.oneof(integer(0, 0xffffffff), integer(0xffff0000, 0xffffffff)).map((seconds) => {
    return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
  }),
})
const tenths = integer(1, 65535).map((count) => count / 10)

export const commands: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  'milesight/am308': fc.oneof(
    fc.record({ type: fc.constant('set-report-interval'), interval_s: integer(1, 65535) }),
    fc.record({ type: fc.constant('set-buzzer'), enabled: fc.boolean() }),
    plain,
  ),
  'milesight/em300-di': fc.oneof(
    interval,
    fc.record({ type: fc.constant('set-counter'), pulses: integer(0, 0xffffffff) }),
    fc.record({
      type: fc.constant('set-pulse-conversion'),
      enabled: fc.boolean(),
      water: tenths,
      pulse: tenths,
      unit: fc.constantFrom('L', 'gal', 'm3'),
    }),
    fc.record({ type: fc.constant('set-mode'), mode: fc.constantFrom('digital', 'counter') }),
    fc.record({ type: fc.constantFrom('clear-counter', 'sync-clock', 'reboot', 'request-status') }),
  ),
  'milesight/em300-th': fc.oneof(interval, plain),
  'milesight/em500-smtc': fc.oneof(interval, clock, plain),
  'milesight/em500-swl': fc.oneof(interval, clock, plain),
  'milesight/em500-udl': fc.oneof(interval, clock, plain),
  'milesight/vs341': fc.oneof(
    fc.record({ type: fc.constant('set-report-interval'), interval_s: integer(1, 1440).map((minutes) => minutes * 60) }),
    plain,
  ),
}
