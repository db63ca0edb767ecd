import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import deviceGrpc from '@chirpstack/chirpstack-api/api/device_grpc_pb.js'
import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fill } from '../../../src/adapters/chirpstack/wire/fill.ts'
import { sayWhenAbsent } from '../../support/chirpstack-server.ts'
import { deliver, keysInClear, type Meter, meters, newTerritory } from '../../support/delivered-meters.ts'
import { type Ended, type OndineProcess, startOndine } from '../../support/ondine-process.ts'
import { networkKinds, type RestlessNetwork, startRestlessNetwork } from '../../support/restless-network.ts'
import { appKeysOf, devicesOf } from '../../support/written-devices.ts'

sayWhenAbsent()

describe.each(networkKinds)('a territory on the %s network server', (kind) => {
  let network: RestlessNetwork
  let ondine: OndineProcess
  let folder: string
  const delivered = meters(40)
  const [first, second, third] = delivered as [Meter, Meter, Meter]
  const said: string[] = []

  beforeAll(async () => {
    network = await startRestlessNetwork(kind)
    ondine = await startOndine({
      environment: {
        ONDINE_CHIRPSTACK_URL: network.url,
        ONDINE_CHIRPSTACK_TOKEN: network.token,
        ONDINE_BROKER_URL: network.brokerUrl,
      },
    })
    folder = await newTerritory(ondine)
  })
  afterAll(async () => {
    await ondine?.clean()
    await network?.stop()
  })

  async function run(...args: string[]): Promise<Ended> {
    const ended = await ondine.cli(...args)
    said.push(ended.stdout, ended.stderr)
    return ended
  }

  async function answer(...args: string[]) {
    const ended = await run(...args, '--json')
    expect(ended.code, `${args.join(' ')}: ${ended.stdout}${ended.stderr}`).toBe(0)
    return JSON.parse(ended.stdout)
  }

  async function getDevice(devEui: string): Promise<devicePb.GetDeviceResponse> {
    return network.api.connection.call(deviceGrpc.DeviceServiceService.get, fill(new devicePb.GetDeviceRequest(), { devEui }))
  }

  test('a delivery is planned, applied, and then as it is wanted', async () => {
    expect(await deliver(ondine, folder, 'first', delivered)).toMatchObject({ code: 0 })
    expect(await answer('plan', folder)).toMatchObject({ refused: 0 })
    await answer('apply', folder, '--yes')
    expect((await devicesOf(network.api)).map(({ devEui, tenant, application }) => [devEui, tenant, application]).sort()).toEqual(
      delivered.map(({ devEui }) => [devEui, expect.any(String), 'water']).sort(),
    )
    expect(await appKeysOf(network.api, delivered)).toEqual(new Map(delivered.map(({ devEui, appKey }) => [devEui, appKey])))
    expect(await answer('plan', folder)).toMatchObject({ steps: 0 })
  }, 180_000)

  test('what was changed behind our back is found, and put back', async () => {
    const device = (await getDevice(first.devEui)).getDevice()!
    await network.api.connection.call(
      deviceGrpc.DeviceServiceService.update,
      fill(new devicePb.UpdateDeviceRequest(), { device: fill(device, { name: 'renamed by hand' }) }),
    )
    const drift = await answer('drift')
    expect(JSON.stringify(drift)).toContain('renamed by hand')
    await answer('drift', '--restore', first.devEui)
    expect((await getDevice(first.devEui)).getDevice()?.getName()).not.toBe('renamed by hand')
    expect((await answer('drift')).items).toEqual([])
  }, 180_000)

  test('a changed key is found by reading keys', async () => {
    const deviceKeys = fill(new devicePb.DeviceKeys(), { devEui: second.devEui, nwkKey: '000102030405060708090a0b0c0d0e0f' })
    await network.api.connection.call(
      deviceGrpc.DeviceServiceService.updateKeys,
      fill(new devicePb.UpdateDeviceKeysRequest(), { deviceKeys }),
    )
    expect((await answer('drift')).items).toEqual([])
    expect(JSON.stringify(await answer('drift', '--keys'))).toContain(second.devEui)
  }, 180_000)

  test('a meter’s radio is swapped: history stays with the asset, the old one is disabled, and the folder’s older row loses', async () => {
    await answer('device', 'install', first.devEui, 'W-1', '--tenant', 'tours', '--from', '2026-01-01T00:00:00Z')
    await answer('device', 'swap', 'W-1', third.devEui)
    expect((await getDevice(first.devEui)).getDevice()?.getIsDisabled()).toBe(true)
    const shown = await answer('device', 'show', third.devEui)
    expect(shown).toMatchObject({ status: 'installed', installations: [{ asset: expect.any(String) }] })
    // The folder's row of the disabled one does not bring it back.
    expect(await answer('plan', folder)).toMatchObject({ steps: 0 })
    expect((await getDevice(first.devEui)).getDevice()?.getIsDisabled()).toBe(true)
  }, 180_000)

  test('a device moves to another service with its keys', async () => {
    const file = join(folder, 'territory.yaml')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace(/^(\s*)- slug: water\b.*$/m, '$&\n$1- slug: test-bench'))
    await answer('apply', folder, '--yes')
    const moved = delivered[5]!
    await answer('device', 'move', moved.devEui, '--service', 'test-bench')
    const now = (await devicesOf(network.api)).find(({ devEui }) => devEui === moved.devEui)
    expect(now?.application).toBe('test-bench')
    expect(await appKeysOf(network.api, [moved])).toEqual(new Map([[moved.devEui, moved.appKey]]))
  }, 180_000)

  test('prune takes away what the folder made and wants no more, and asks for the number where it is much', async () => {
    const table = join(folder, 'tours', 'water', 'first.csv')
    const lines = (await readFile(table, 'utf8')).split('\n')
    const gone = delivered.slice(-10).map(({ devEui }) => devEui)
    await writeFile(table, lines.filter((line) => !gone.some((devEui) => line.includes(devEui))).join('\n'))
    expect(await answer('plan', folder)).toMatchObject({ steps: 0 })
    const refused = await run('apply', folder, '--prune', '--yes')
    expect(refused.code).not.toBe(0)
    expect(await devicesOf(network.api)).toHaveLength(40)
    await answer('apply', folder, '--prune', '--yes', '--confirm', '10')
    const left = (await devicesOf(network.api)).map(({ devEui }) => devEui)
    expect(left).toHaveLength(30)
    expect(left.filter((devEui) => gone.includes(devEui))).toEqual([])
  }, 180_000)

  test('no key stands in clear in a database, a report, a log or an answer', async () => {
    said.push(ondine.output())
    const keys = [...delivered.map(({ appKey }) => appKey), '000102030405060708090a0b0c0d0e0f']
    expect(await keysInClear(keys, { folders: [ondine.dataDir, folder], texts: { output: said.join('\n') } })).toEqual([])
    // The search itself finds one where it stands.
    expect(await keysInClear(keys, { folders: [], texts: { planted: `x${first.appKey.toUpperCase()}x` } })).toEqual(['planted'])
  }, 180_000)
})
