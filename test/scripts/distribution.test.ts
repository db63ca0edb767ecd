import { describe, expect, test } from 'vitest'
import { ensureServers, type Machine } from '../../scripts/support/distribution.ts'

function machine(parts: Partial<Machine>) {
  const said = { ran: [] as string[], out: '', err: '' }
  const fake: Machine = {
    missing: [],
    isRoot: true,
    run: (command) => said.ran.push(command) > 0,
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    ...parts,
  }
  return { ready: ensureServers(fake), ...said }
}

describe('servers of the distribution', () => {
  test('all there: nothing is said or done', () => {
    expect(machine({})).toEqual({ ready: true, ran: [], out: '', err: '' })
  })

  test('as root what is missing is installed, and said first', () => {
    const { ready, ran, out } = machine({ missing: ['mosquitto', 'influxdb'] })
    expect(ready).toBe(true)
    expect(out).toContain('installing mosquitto influxdb (running as root)')
    expect(ran).toEqual(['apt-get update -q', 'apt-get install -y --no-install-recommends mosquitto influxdb'])
  })

  test('as anybody else one line to run is printed, and the tests fail', () => {
    const { ready, ran, err } = machine({ missing: ['redis-server'], isRoot: false })
    expect(ready).toBe(false)
    expect(ran).toEqual([])
    expect(err).toContain('sudo apt-get install -y --no-install-recommends redis-server\n')
  })

  test('an installation that fails fails the tests', () => {
    const { ready, err } = machine({ missing: ['postgresql'], run: () => false })
    expect(ready).toBe(false)
    expect(err).toContain('by hand')
  })
})
