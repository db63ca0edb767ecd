import fc from 'fast-check'

const sensor = fc.oneof(
  fc.record({ type: fc.constant('set-report-interval'), interval_s: fc.integer({ min: 1, max: 0xffffff }) }),
  fc.record({ type: fc.constant('reboot') }),
)

export const commands: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  'dragino/ldds75': sensor,
  'dragino/lse01': sensor,
}
