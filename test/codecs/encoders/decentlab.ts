import fc from 'fast-check'

const word = fc.integer({ min: 1, max: 65535 })

/** All stations of this vendor take the same commands. */
const station = fc.oneof(
  fc.record({ type: fc.constant('set-report-interval'), interval_s: word, save: fc.boolean() }),
  fc.record({ type: fc.constant('set-send-period'), samples: word, save: fc.boolean() }),
  fc.record({ type: fc.constant('set-adr'), enabled: fc.boolean(), save: fc.boolean() }),
  fc.record({ type: fc.constant('reboot') }),
)

export const commands: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  'decentlab/dl-atm41g2': station,
  'decentlab/dl-lid': station,
  'decentlab/dl-pm': station,
  'decentlab/dl-tbrg': station,
  'decentlab/dl-trs12': station,
}
