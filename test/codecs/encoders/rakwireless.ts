import fc from 'fast-check'

const integer = (min: number, max: number) => fc.integer({ min, max })
const rssi = integer(-200, 55)

/** The sequence is sent modulo 256 and distances in steps: what comes back is the same only of whole ones. */
function reply(extended: boolean, step: number, maxSteps: number) {
  const distance = integer(1, maxSteps).map((steps) => steps * step)
  const common = {
    type: fc.constant('coverage-reply'),
    sequence: integer(0, 255),
    minRssi_dBm: rssi,
    maxRssi_dBm: rssi,
    gateways: integer(0, 255),
    extended: fc.constant(extended),
  }
  return fc.oneof(fc.record({ ...common, minDistance_m: distance, maxDistance_m: distance }), fc.record(common))
}

export const commands: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  'rakwireless/rak10701': fc.oneof(reply(false, 250, 128), reply(true, 10, 65535)),
}
