import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sayWhenAbsent } from '../../support/chirpstack-server.ts'
import { deliver, keysInClear, meters, newTerritory } from '../../support/delivered-meters.ts'
import { eventually, type OndineProcess, startOndine } from '../../support/ondine-process.ts'
import { networkKinds, type RestlessNetwork, startRestlessNetwork } from '../../support/restless-network.ts'
import { appKeysOf, devicesOf } from '../../support/written-devices.ts'

sayWhenAbsent()
const count = 2_000
const kills = 20

describe.each(networkKinds)('an apply of %s devices', (kind) => {
  let network: RestlessNetwork
  let ondine: OndineProcess
  let territory: string

  beforeAll(async () => {
    network = await startRestlessNetwork(kind)
    ondine = await startOndine({
      environment: {
        ONDINE_CHIRPSTACK_URL: network.url,
        ONDINE_CHIRPSTACK_TOKEN: network.token,
        ONDINE_BROKER_URL: network.brokerUrl,
        // Slow enough that it takes longer than all the deaths.
        ONDINE_PROVISIONING_MAX_PER_SECOND: '150',
      },
    })
    territory = await newTerritory(ondine)
  })
  afterAll(async () => {
    await ondine?.clean()
    await network?.stop()
  })

  test(`${kills} times kill -9 and a network server that comes and goes: every device and its keys are there once`, async () => {
    const delivered = meters(count)
    expect(await deliver(ondine, territory, 'first', delivered)).toMatchObject({ code: 0 })
    const said: string[] = []
    const started = await ondine.cli('apply', territory, '--yes', '--detach', '--json')
    said.push(started.stdout, started.stderr)
    expect(started.code, `${started.stdout}${started.stderr}`).toBe(0)

    let killed = 0
    for (; killed < kills; killed++) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 900))
      if (killed % 5 === 2) await network.goAway()
      await ondine.kill()
      await ondine.restart()
      if (killed % 5 === 2) await network.comeBack()
    }
    const job = await eventually('the end of the apply', async () => {
      const { stdout } = await ondine.cli('jobs', 'list', '--json')
      const [first] = JSON.parse(stdout).items
      return ['done', 'failed'].includes(first.state) ? first : undefined
    })
    expect(job).toMatchObject({ state: 'done', total: expect.any(Number), failed: 0 })
    expect(job.done).toBe(job.total)

    const devices = await devicesOf(network.api)
    expect(devices.map(({ devEui }) => devEui).sort()).toEqual(delivered.map(({ devEui }) => devEui).sort())
    expect(await appKeysOf(network.api, devices)).toEqual(new Map(delivered.map(({ devEui, appKey }) => [devEui, appKey])))

    const again = await ondine.cli('plan', territory, '--json')
    said.push(again.stdout, again.stderr, ondine.output())
    expect(JSON.parse(again.stdout)).toMatchObject({ steps: 0 })
    const keys = delivered.map(({ appKey }) => appKey)
    expect(await keysInClear(keys, { folders: [ondine.dataDir, territory], texts: { output: said.join('\n') } })).toEqual([])
  }, 900_000)
})
