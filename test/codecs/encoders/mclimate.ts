import fc from 'fast-check'

const cycle = (long: boolean, minutes: fc.Arbitrary<number>) =>
  fc.record({ type: fc.constant('set-valve-cycle'), open_min: minutes, closed_min: minutes, long: fc.constant(long) })

export const commands: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  'mclimate/t-valve': fc.oneof(
    cycle(false, fc.integer({ min: 0, max: 255 })).filter(({ open_min, closed_min }) => open_min + closed_min > 0),
    cycle(true, fc.integer({ min: 1, max: 65535 })),
  ),
}
