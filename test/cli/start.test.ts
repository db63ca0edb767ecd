import { expect, test } from 'vitest'
import type { Reading } from '../../src/api/contract/readings.ts'
import type { StartedServer } from '../../src/cli/launch.ts'
import { OndineError } from '../../src/errors/ondine-error.ts'
import { cli } from '../support/cli.ts'
import { aReading } from '../support/reading-builder.ts'

const time = '2026-11-22T20:59:30.000Z'

function aServer(readings: readonly Reading[], stopped: string[]): StartedServer {
  return {
    ...{ version: '0.1.0', simulated: true, url: 'http://127.0.0.1:8421', brokerUrl: 'mqtt://127.0.0.1:1883', topics: 'ondine/v1' },
    ...{ store: 'sqlite', fleet: { devices: 240, gateways: 6, services: 6 }, notes: [{ code: 'port-taken', wanted: 8420, used: 8421 }] },
    onReading: (listener) => {
      for (const reading of readings) listener(reading)
    },
    stop: async () => void stopped.push('stopped'),
  }
}

test('says plainly that the network is simulated, shows one reading of each service and no history, what to try, and stops on Ctrl-C', async () => {
  const stopped: string[] = []
  const interrupt = new AbortController()
  const history = aReading({ service: 'irrigation', asset: 'of-yesterday', time: '2026-11-21T20:00:00.000Z' })
  const readings = ['water', 'water', 'waste', 'lighting', 'irrigation', 'parking', 'flood'].map((service) => aReading({ service, time }))
  const said = await cli(['start'], {
    interrupted: interrupt.signal,
    launch: async () => aServer([history, ...readings], stopped),
    onOut: (text) => {
      if (text.includes('Ctrl-C')) interrupt.abort()
    },
  })
  expect(said).toMatchObject({ code: 0, err: '' })
  expect(said.out).toContain('ondine 0.1.0   SIMULATED NETWORK - no radio, no ChirpStack needed')
  expect(said.out).toContain('port 8420 is taken: using 8421')
  expect(said.out).toContain('first reading after 0.0 s')
  expect(said.out.match(/^\S+ {2}(water|waste|lighting|irrigation|parking|flood) /gm)).toHaveLength(6)
  expect(said.out).not.toContain('of-yesterday')
  expect(said.out).toContain('npx ondine command dim L-Foch-014 40 --for 1h')
  expect(stopped).toEqual(['stopped'])
})

test('on a real network, the first assets that are heard', async () => {
  const interrupt = new AbortController()
  const readings = Array.from({ length: 60 }, (_, index) => aReading({ asset: `w-${index}`, time }))
  const said = await cli(['start', '--lang', 'fr'], {
    interrupted: interrupt.signal,
    launch: async () => ({ ...aServer(readings, []), simulated: false, fleet: null }),
    onOut: (text) => {
      if (text.includes('Ctrl-C')) interrupt.abort()
    },
  })
  expect(said.out.match(/^\S+ {2}water /gm)).toHaveLength(4)
  expect(said.out).not.toContain('RÉSEAU SIMULÉ')
  expect(said.out).toContain('npx ondine doctor')
})

test('a wrong configuration and a start that fails are one sentence each', async () => {
  const launch = () => Promise.reject(new OndineError('api.no-port', { host: '127.0.0.1', port: 8420 }))
  expect(await cli(['start'], { launch })).toMatchObject({ code: 1, out: '', err: expect.stringContaining('No free port at 127.0.0.1') })
  const wrong = await cli(['start'], { launch, environment: { ONDINE_LISTEN_HOST: '0.0.0.0' } })
  expect(wrong.code).toBe(2)
  expect(wrong.err.trim().split('\n')).toHaveLength(1)
  expect(wrong.err).toContain('tls')
})
