/**
 * The hot path as a process of its own, to be killed: real intake, spool, store and publisher; a codec without sandbox.
 * Arguments: url of the broker, data folder.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { parseEvent } from '../../../src/adapters/chirpstack/events/parse-event.ts'
import { MqttIntake } from '../../../src/adapters/mqtt/intake.ts'
import { MqttPublisher } from '../../../src/adapters/mqtt/publisher.ts'
import { SqliteReadingStore } from '../../../src/adapters/sql/readings/sqlite-reading-store.ts'
import { AlarmFile } from '../../../src/topics/alarm-file.ts'
import { DecodedTopics } from '../../../src/topics/decoded-topics.ts'
import { statusMessage } from '../../../src/topics/messages.ts'
import { modelsOf } from '../../../src/uplinks/models.ts'
import { Uplinks } from '../../../src/uplinks/uplinks.ts'
import { FakeCodecRunner } from '../../fakes/fake-codec-runner.ts'
import { FakeDeadLetters } from '../../fakes/fake-dead-letters.ts'
import { FakeUplinkMetrics } from '../../fakes/fake-uplink-metrics.ts'
import { testModel } from '../../support/test-model.ts'

const [url = '', folder = ''] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const logger = pino({ level: 'info' })
const metrics = new FakeUplinkMetrics()
const model = testModel('acme/meter', {
  title: 'Meter',
  vendor: 'Acme',
  family: 'water-meter',
  version: '1.0.0',
  service: 'water',
  deviceProfile: 'acme/meter',
  expectedInterval: 3600,
  measures: [{ field: 'volume', name: 'volume' }],
})
const store = new SqliteReadingStore({ file: join(folder, 'readings.sqlite') })
await store.start()
const publisher = new MqttPublisher({
  broker: { url, clientId: 'ondine-topics' },
  logger,
  greeting: statusMessage('ondine/v1', 'online'),
  farewell: statusMessage('ondine/v1', 'offline'),
})
const topics = new DecodedTopics({
  prefix: 'ondine/v1',
  publisher,
  store,
  installed: () => [],
  alarms: new AlarmFile(join(folder, 'alarms.json'), logger),
  frozen: () => true,
  logger,
})
const uplinks = new Uplinks({
  folder: join(folder, 'spool'),
  retentionMs: 0,
  segmentBytes: 2 * 1024 * 1024,
  source: new MqttIntake({ broker: { url, clientId: 'ondine' }, logger, metrics }),
  parse: parseEvent,
  directory: {
    resolve: (devEui) => ({
      devEui,
      tenant: 'tours',
      timeZone: 'Europe/Paris',
      service: 'water',
      model: model.slug,
      firmware: null,
      status: 'installed',
      assignments: [{ channel: 'main', asset: devEui, service: 'water', parameters: {}, from: '2020-01-01T00:00:00.000Z', to: null }],
    }),
  },
  models: modelsOf({ get: () => model, list: () => [model] }),
  variables: async () => ({}),
  codecs: new FakeCodecRunner({
    [model.slug]: { decode: ({ bytes }) => ({ ok: true, data: { volume: Buffer.from(bytes).readUInt32BE() }, warnings: [] }) },
  }),
  store,
  deadLetters: new FakeDeadLetters(),
  topics,
  orders: async () => {},
  frames: { keep: async () => {} },
  activity: { record: async () => {} },
  logger,
  metrics,
})
await publisher.start()
await topics.start()
await uplinks.start()
console.log('started')
process.once('SIGTERM', async () => {
  await uplinks.stop()
  await topics.stop()
  await publisher.stop()
  await store.stop()
  console.log(JSON.stringify(Object.fromEntries(metrics.counts)))
})
