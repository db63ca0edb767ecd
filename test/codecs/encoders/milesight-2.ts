import fc from 'fast-check'

type Commands = fc.Arbitrary<Record<string, unknown>>

const integer = (min: number, max: number) => fc.integer({ min, max })
const simple = (...types: string[]) => fc.record({ type: fc.constantFrom(...types) })
const inSeconds = (...types: string[]) => fc.record({ type: fc.constantFrom(...types), interval_s: integer(60, 64800) })
const inMinutes = fc.record({ type: fc.constant('set-report-interval'), interval_s: integer(1, 1440).map((minutes) => minutes * 60) })
const isoTime = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
const year2000 = 946684800
const lastSecond = 0xffffffff

/** Each output is switched on, switched off or left alone; at least one is not left alone. */
const relays = fc
  .array(fc.constantFrom('on', 'off', 'untouched'), { minLength: 8, maxLength: 8 })
  .filter((wishes) => wishes.some((wish) => wish !== 'untouched'))
  .map((wishes) => {
    const outputs = (wanted: string) => wishes.flatMap((wish, index) => (wish === wanted ? [index + 1] : []))
    return { on: outputs('on'), off: outputs('off') }
  })

const valveTask = fc.record(
  {
    type: fc.constantFrom('open-valve', 'close-valve'),
    valve: fc.constantFrom(1, 2, 'all'),
    sequence: integer(0, 255),
    duration_s: integer(1, 0xffffff),
    pulses: integer(1, 0xffffffff),
  },
  { requiredKeys: ['type', 'valve', 'sequence'] },
)

const rule = fc
  .record({
    rule: integer(1, 16),
    enabled: fc.boolean(),
    times: fc.tuple(integer(year2000, lastSecond), integer(year2000, lastSecond)).filter(([one, other]) => one !== other),
    weekdays: fc.subarray(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], { minLength: 1 }),
    valve: integer(1, 2),
    action: fc.oneof(
      fc.record({ open: fc.constant(true), duration_min: integer(1, 0xffffffff) }),
      fc.record({ open: fc.constant(false), duration_min: integer(1, 0xffffffff) }, { requiredKeys: ['open'] }),
    ),
  })
  .map(({ times, action, ...rest }) => ({
    type: 'set-schedule',
    ...rest,
    start: isoTime(Math.min(...times)),
    end: isoTime(Math.max(...times)),
    ...action,
  }))

export const commands: Record<string, Commands> = {
  'milesight/ct101': fc.oneof(inMinutes, simple('reboot', 'request-status', 'reset-charge')),
  'milesight/vs350': fc.oneof(
    inMinutes,
    fc.record({ type: fc.constant('reset-total'), direction: fc.constantFrom('in', 'out') }),
    simple('reboot', 'request-status'),
  ),
  'milesight/ws201': fc.oneof(
    inSeconds('set-report-interval', 'set-collection-interval'),
    fc.record({ type: fc.constant('set-depth'), depth_m: integer(1, 65535).map((millimetres) => millimetres / 1000) }),
    simple('reboot', 'request-status'),
  ),
  'milesight/ws558': fc.oneof(
    relays.map((chosen) => ({ type: 'set-relays', ...chosen })),
    fc
      .tuple(relays, integer(0, 255), integer(1, 65535))
      .map(([chosen, taskId, delay_s]) => ({ type: 'set-relays-delayed', taskId, delay_s, ...chosen })),
    fc.record({ type: fc.constant('cancel-delayed'), taskId: integer(0, 255) }),
    inSeconds('set-report-interval'),
    simple('reboot', 'request-status', 'reset-energy'),
  ),
  'milesight/wts506': fc.oneof(
    inSeconds('set-report-interval'),
    fc.record({ type: fc.constant('set-clock'), time: integer(year2000, lastSecond).map(isoTime) }),
    simple('reboot'),
  ),
  'milesight/uc511': fc.oneof(
    valveTask,
    rule,
    fc.record({ type: fc.constant('clear-counter'), valve: integer(1, 2) }),
    inSeconds('set-report-interval', 'set-collection-interval'),
    simple('reboot', 'request-status'),
  ),
}
