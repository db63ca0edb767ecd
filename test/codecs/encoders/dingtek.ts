import fc from 'fast-check'

const integer = (min: number, max: number) => fc.integer({ min, max })

const reportInterval = fc.record({ type: fc.constant('set-report-interval'), interval_s: integer(1, 168).map((hours) => hours * 3600) })
const measuringInterval = fc.record({
  type: fc.constant('set-collection-interval'),
  interval_s: integer(1, 60).map((minutes) => minutes * 60),
})

export const commands: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  'dingtek/df702': fc.oneof(
    reportInterval,
    measuringInterval,
    fc.record({ type: fc.constant('set-full-threshold'), distance_m: integer(15, 255).map((centimetres) => centimetres / 100) }),
    fc.record({ type: fc.constant('set-fire-threshold'), temperature_Cel: integer(0, 255) }),
    fc.record({ type: fc.constant('set-tilt-threshold'), angle_deg: integer(15, 90) }),
    fc.record({ type: fc.constant('set-tilt-detection'), enabled: fc.boolean() }),
  ),
  'dingtek/do200': fc.oneof(
    reportInterval,
    measuringInterval,
    fc.record({ type: fc.constant('set-magnet-interval'), interval_s: integer(1, 60) }),
    fc.record({ type: fc.constant('set-magnet-threshold'), threshold_mG: integer(1, 255) }),
    fc.record({ type: fc.constant('set-battery-threshold'), battery_pct: integer(5, 99) }),
  ),
}
