import { expect, test } from 'vitest'
import { influxdb2Binary, startInfluxdb1, startInfluxdb2, startMosquitto, startPostgres, startRedis } from '../../support/servers/index.ts'

const starters = { startMosquitto, startRedis, startInfluxdb1, startPostgres, ...(influxdb2Binary === undefined ? {} : { startInfluxdb2 }) }

test.for(Object.entries(starters))('%s starts, survives a kill and stops', async ([, start]) => {
  const server = await start()
  const before = server.pid
  await server.kill()
  await server.restart()
  expect(server.pid).not.toBe(before)
  await server.stop()
})
