import { expect, test } from 'vitest'
import { Metrics } from '../../src/telemetry/metrics.ts'
import { exposedUplinkMetrics } from '../../src/uplinks/exposed-metrics.ts'

test('what the hot path counts is shown to Prometheus', async () => {
  const metrics = new Metrics()
  const uplinks = exposedUplinkMetrics(metrics)
  uplinks.received(3, 1)
  uplinks.received(1, 0)
  uplinks.spooled(4, 400)
  uplinks.spoolRefused('spool.full')
  uplinks.spoolDamaged(12)
  uplinks.spoolSize(1_000, 2)
  uplinks.decoded(3, 5)
  uplinks.deadLettered('unknown-device', 2)
  uplinks.consumed('store', 4, 7)
  uplinks.retried('store', 'store.unreachable')
  const text = await metrics.text()
  for (const line of [
    'ondine_uplinks_received_total{qos="1"} 3',
    'ondine_uplinks_received_total{qos="0"} 1',
    'ondine_spool_events_total 4',
    'ondine_spool_writes_total 1',
    'ondine_spool_written_bytes_total 400',
    'ondine_spool_refused_total{code="spool.full"} 1',
    'ondine_spool_damaged_bytes_total 12',
    'ondine_spool_bytes 1000',
    'ondine_spool_segments 2',
    'ondine_uplinks_decoded_total 3',
    'ondine_readings_total 5',
    'ondine_dead_letters_total{reason="unknown-device"} 2',
    'ondine_consumer_events_total{consumer="store"} 4',
    'ondine_consumer_lag_events{consumer="store"} 7',
    'ondine_consumer_retries_total{consumer="store",code="store.unreachable"} 1',
  ]) {
    expect(text).toContain(`${line}\n`)
  }
})
