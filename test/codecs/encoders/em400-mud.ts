import fc from 'fast-check'

const integer = (min: number, max: number) => fc.integer({ min, max })

export const commands: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  'milesight/em400-mud': fc.oneof(
    fc.record({ type: fc.constantFrom('set-report-interval', 'set-collection-interval'), interval_s: integer(60, 64800) }),
    fc.record({ type: fc.constant('set-install-height'), height_m: integer(30, 4500).map((millimetres) => millimetres / 1000) }),
    fc.record({ type: fc.constant('set-mode'), mode: fc.constantFrom('standard', 'bin', 'parking') }),
    fc.record({ type: fc.constantFrom('reboot', 'request-status') }),
  ),
}
