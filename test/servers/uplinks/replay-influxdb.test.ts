import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { InfluxdbReadingStore } from '../../../src/adapters/influxdb/influxdb-reading-store.ts'
import { influxdb2Binary, startInfluxdb1, startInfluxdb2 } from '../../support/servers/index.ts'
import { describeReplay } from '../../uplinks/replay/replay-suite.ts'

const started: InfluxdbReadingStore[] = []
let number = 0

async function open(store: InfluxdbReadingStore): Promise<InfluxdbReadingStore> {
  await store.start()
  started.push(store)
  return store
}

afterEach(async () => {
  for (const store of started.splice(0)) await store.stop()
})

describe('over InfluxDB 1', () => {
  let server: Awaited<ReturnType<typeof startInfluxdb1>>
  beforeAll(async () => {
    server = await startInfluxdb1()
  })
  afterAll(() => server?.stop())
  describeReplay(() => open(new InfluxdbReadingStore({ kind: 'influxdb1', url: server.url, database: `replay${number++}` })))
})

describe.skipIf(influxdb2Binary === undefined)('over InfluxDB 2', () => {
  let server: Awaited<ReturnType<typeof startInfluxdb2>>
  beforeAll(async () => {
    server = await startInfluxdb2()
  })
  afterAll(() => server?.stop())
  describeReplay(() => {
    const { url, org, token } = server
    return open(new InfluxdbReadingStore({ kind: 'influxdb2', url, org, bucket: `replay${number++}`, token }))
  })
})
