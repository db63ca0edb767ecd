import fc from 'fast-check'

const integer = (min: number, max: number) => fc.integer({ min, max })

export const commands: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  'decentlab/dl-trs12': fc.oneof(
    fc.record({ type: fc.constant('set-report-interval'), interval_s: integer(1, 65535), save: fc.boolean() }),
    fc.record({ type: fc.constant('set-send-period'), samples: integer(1, 65535), save: fc.boolean() }),
    fc.record({ type: fc.constant('set-adr'), enabled: fc.boolean(), save: fc.boolean() }),
    fc.record({ type: fc.constant('reboot') }),
  ),
}
