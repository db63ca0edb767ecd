import type { Metrics } from '../telemetry/metrics.ts'
import type { UplinkMetrics } from './metrics.ts'

/** The counters of the hot path as `/metrics` shows them. */
export function exposedUplinkMetrics(metrics: Pick<Metrics, 'counter' | 'gauge'>): UplinkMetrics {
  const received = metrics.counter('uplinks_received_total', 'Messages from the network server’s broker, by QoS.', ['qos'])
  const spooled = metrics.counter('spool_events_total', 'Events made durable.')
  const writes = metrics.counter('spool_writes_total', 'Durable writes of the spool.')
  const written = metrics.counter('spool_written_bytes_total', 'Bytes written to the spool.')
  const refused = metrics.counter('spool_refused_total', 'Writes of the spool that failed, by error.', ['code'])
  const damaged = metrics.counter('spool_damaged_bytes_total', 'Bytes of the spool that are no record any more.')
  const size = metrics.gauge('spool_bytes', 'Bytes in the spool.')
  const files = metrics.gauge('spool_segments', 'Files of the spool.')
  const frames = metrics.counter('uplinks_decoded_total', 'Frames decoded.')
  const readings = metrics.counter('readings_total', 'Readings made of frames.')
  const letters = metrics.counter('dead_letters_total', 'Events kept aside, by reason.', ['reason'])
  const consumed = metrics.counter('consumer_events_total', 'Events a consumer has finished with.', ['consumer'])
  const lag = metrics.gauge('consumer_lag_events', 'Events a consumer has still before it.', ['consumer'])
  const retries = metrics.counter('consumer_retries_total', 'Batches a consumer had to try again, by error.', ['consumer', 'code'])
  return {
    received: (count, qos) => received({ qos: String(qos) }, count),
    spooled(records, bytes) {
      spooled({}, records)
      writes({})
      written({}, bytes)
    },
    spoolRefused: (code) => refused({ code }),
    spoolDamaged: (bytes) => damaged({}, bytes),
    spoolSize(bytes, segments) {
      size({}, bytes)
      files({}, segments)
    },
    decoded(count, made) {
      frames({}, count)
      readings({}, made)
    },
    deadLettered: (reason, count) => letters({ reason }, count),
    consumed(consumer, count, left) {
      consumed({ consumer }, count)
      lag({ consumer }, left)
    },
    retried: (consumer, code) => retries({ consumer, code }),
  }
}
