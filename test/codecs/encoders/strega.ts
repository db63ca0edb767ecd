import fc from 'fast-check'

export const commands: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  'strega/motorized-valve': fc.oneof(
    fc.record({ type: fc.constant('set-valve-opening'), opening_pct: fc.integer({ min: 0, max: 100 }) }),
    fc.record({ type: fc.constant('set-counter'), pulses: fc.integer({ min: 0, max: 0xffffff }) }),
    fc.record({ type: fc.constantFrom('open-valve', 'close-valve', 'sync-clock') }),
  ),
}
