/**
 * gauge: an instantaneous value, or a sum since the report before; counter: only grows, consumption is its difference;
 * state: one of some names, or true and false where it lists none; event: true when it happened, it has no end;
 * alarm: true while it lasts.
 */
export type MeasurementKind = 'gauge' | 'counter' | 'state' | 'event' | 'alarm'

/** What one measurement is called and means, wherever it appears: topics, stores, exports. */
export interface Measurement {
  /** SenML unit (RFC 8428 §12.1, RFC 8798), or null for states, events and alarms */
  unit: string | null
  kind: MeasurementKind
  /** plausible range in `unit`, both included: a value outside is kept and flagged `out-of-range` */
  range?: readonly [number, number]
  /** the names a state takes; none: true and false */
  states?: readonly string[]
  /** OMA LwM2M / uCIFI object and resource of the same quantity; its unit there may differ (Wh, h, rad) */
  lwm2m?: { object: number; resource: number }
  /** how values over time make one value: mean of gauges, difference of counters, last of states, how many events, whether an alarm rang */
  over: 'mean' | 'difference' | 'last' | 'min' | 'max' | 'sum'
  /** an alarm that stays until someone acknowledges it, even when the frame's bit is gone */
  latches?: boolean
  label: { en: string; fr: string }
}
