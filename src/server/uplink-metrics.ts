import type { Metrics } from '../telemetry/metrics.ts'
import type { UplinkMetrics } from '../uplinks/metrics.ts'

/** The hot path's figures as Prometheus metrics. */
export function uplinkMetrics(metrics: Metrics): UplinkMetrics {
  const received = metrics.counter('events_received_total', 'Messages handed over by the broker.', ['qos'])
  const spooled = metrics.counter('spool_records_total', 'Events made durable in the spool.')
  const spooledBytes = metrics.counter('spool_written_bytes_total', 'Bytes written to the spool.')
  const refused = metrics.counter('spool_refused_total', 'Writes of the spool that failed.', ['code'])
  const damaged = metrics.counter('spool_damaged_records_total', 'Events of the spool that could not be read any more.')
  const damagedBytes = metrics.counter('spool_damaged_bytes_total', 'Bytes of the spool that were no record any more.')
  const size = metrics.gauge('spool_bytes', 'Bytes the spool holds.')
  const segments = metrics.gauge('spool_segments', 'Files the spool holds.')
  const frames = metrics.counter('frames_decoded_total', 'Uplinks that went through a codec and gave readings, each time they did.')
  const readings = metrics.counter('readings_total', 'Readings made of uplinks.')
  const letters = metrics.counter('dead_letters_total', 'Uplinks kept aside, by reason.', ['reason'])
  const shiftedFrames = metrics.counter('frames_shifted_total', 'Uplinks whose times were moved because the clock of the device is wrong.')
  const repeats = metrics.counter('duplicates_total', 'Uplinks that came again and changed nothing.')
  const dropped = metrics.counter('dead_letters_dropped_total', 'Uplinks kept aside that were given up because there were too many.')
  const letterRetries = metrics.counter('dead_letters_retried_total', 'Uplinks kept aside that were decoded again, by outcome.', [
    'outcome',
  ])
  const consumed = metrics.counter('consumed_events_total', 'Events a consumer has finished with.', ['consumer'])
  const lag = metrics.gauge('consumer_lag_events', 'Events a consumer has still before it.', ['consumer'])
  const retried = metrics.counter('consumer_retries_total', 'Batches a consumer had to try again.', ['consumer', 'code'])
  return {
    received: (count, qos) => received({ qos: String(qos) }, count),
    spooled(records, bytes) {
      spooled({}, records)
      spooledBytes({}, bytes)
    },
    spoolRefused: (code) => refused({ code }),
    spoolDamaged(events, bytes) {
      damaged({}, events)
      damagedBytes({}, bytes)
    },
    spoolSize(bytes, files) {
      size({}, bytes)
      segments({}, files)
    },
    decoded(count, made, shifted) {
      frames({}, count)
      readings({}, made)
      if (shifted > 0) shiftedFrames({}, shifted)
    },
    repeated: (count) => repeats({}, count),
    deadLettersDropped: (count) => dropped({}, count),
    deadLettersRetried(tried, mended) {
      letterRetries({ outcome: 'mended' }, mended)
      letterRetries({ outcome: 'kept' }, tried - mended)
    },
    deadLettered: (reason, count) => letters({ reason }, count),
    consumed(consumer, count, waiting) {
      consumed({ consumer }, count)
      lag({ consumer }, waiting)
    },
    retried: (consumer, code) => retried({ consumer, code }),
  }
}
