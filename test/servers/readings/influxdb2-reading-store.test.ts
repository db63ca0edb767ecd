import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { InfluxdbReadingStore } from '../../../src/adapters/influxdb/influxdb-reading-store.ts'
import { describeHistory } from '../../readings/history-suite.ts'
import { describeStore } from '../../readings/store-suite.ts'
import { influxdb2Binary, startInfluxdb2 } from '../../support/servers/index.ts'

describe.skipIf(influxdb2Binary === undefined)('InfluxDB 2', () => {
  let server: Awaited<ReturnType<typeof startInfluxdb2>>
  let number = 0
  const started: InfluxdbReadingStore[] = []

  beforeAll(async () => {
    server = await startInfluxdb2()
  })
  afterEach(async () => {
    for (const store of started.splice(0)) await store.stop()
  })
  afterAll(() => server?.stop())

  async function open(): Promise<InfluxdbReadingStore> {
    const store = new InfluxdbReadingStore({
      kind: 'influxdb2',
      url: server.url,
      org: server.org,
      bucket: `ondine ${number}`,
      token: server.token,
    })
    await store.start()
    started.push(store)
    return store
  }

  function empty(): Promise<InfluxdbReadingStore> {
    number += 1
    return open()
  }

  describeHistory({ empty, keepsDays: true, runs: 15 })

  describeStore({
    empty,
    async again(store) {
      await store.stop()
      await server.kill()
      await server.restart()
      return open()
    },
    runs: 15,
  })
})
