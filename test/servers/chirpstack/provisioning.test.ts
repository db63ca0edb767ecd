import { createPrivateKey, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChirpstackClient, createChirpstackClient } from '../../../src/adapters/chirpstack/client.ts'
import { connect } from '../../../src/adapters/chirpstack/wire/grpc.ts'
import type { OndineError } from '../../../src/errors/ondine-error.ts'
import { parseKey } from '../../../src/lorawan/keys.ts'
import { isPassing } from '../../../src/provisioning/apply/is-passing.ts'
import { Pace } from '../../../src/provisioning/apply/pace.ts'
import type { DeviceContent } from '../../../src/provisioning/network.ts'
import { ChirpstackApi } from '../../support/chirpstack-api.ts'
import { type Chirpstack, chirpstackBinary, sayWhenAbsent, startChirpstack } from '../../support/chirpstack-server.ts'
import { startMosquitto, startPostgres, startRedis } from '../../support/servers/index.ts'

sayWhenAbsent()

const binary = chirpstackBinary('postgresql')

describe.skipIf(binary === undefined)('provisioning of the real ChirpStack, with an authority of its own', () => {
  const stops: (() => Promise<void>)[] = []
  let chirpstack: Chirpstack
  let postgres: Awaited<ReturnType<typeof startPostgres>>
  let client: ChirpstackClient
  let tenantId: string
  let device: (index: number) => DeviceContent

  beforeAll(async () => {
    const mosquitto = await startMosquitto()
    const redis = await startRedis()
    postgres = await startPostgres()
    stops.push(mosquitto.stop, redis.stop, postgres.stop)
    const urls = { mosquittoUrl: mosquitto.url, redisUrl: redis.url, postgresUrl: postgres.url }
    chirpstack = await startChirpstack({ database: 'postgresql', authority: true, ...urls })
    stops.push(chirpstack.stop)
    client = createChirpstackClient({ url: chirpstack.grpcUrl, token: chirpstack.token, deadlineMs: 5_000 })
    const network = client.provisioning
    tenantId = (await network.createTenant('Tours')).id
    const { id: applicationId } = await network.createApplication(tenantId, 'water')
    const lorawan = {
      region: 'EU868',
      macVersion: '1.0.3',
      regionalParameters: 'A',
      class: 'A',
      supportsOtaa: true,
      expectedInterval: 3600,
    } as const
    const { id: profileId } = await network.createProfile({ tenantId, name: 'meter', lorawan, tags: {} })
    const gateway = { name: 'tower', description: '', location: null, statsInterval: 30, tags: {} }
    await network.createGateway({ ...gateway, gatewayId: '7076ff0056080001', tenantId })
    const content = {
      joinEui: '0000000000000000',
      name: '',
      description: '',
      disabled: false,
      skipFcntCheck: false,
      variables: {},
      tags: {},
    }
    device = (index) => ({ ...content, devEui: `70b3d5e75e${index.toString(16).padStart(6, '0')}`, applicationId, profileId })
  })

  afterAll(async () => {
    client?.stop()
    for (const stop of stops.reverse()) await stop()
  })

  test('makes the certificate of a gateway that it knows', async () => {
    const made = await client.provisioning.gatewayCertificate('7076ff0056080001')
    const certificate = new X509Certificate(made.certificate)
    expect(certificate.subject).toBe('CN=7076ff0056080001')
    expect(certificate.verify(new X509Certificate(made.ca).publicKey)).toBe(true)
    expect(certificate.checkPrivateKey(createPrivateKey(made.privateKey))).toBe(true)
    expect(Math.abs(Date.parse(made.expiresAt ?? '') - certificate.validToDate.getTime())).toBeLessThan(2000)
    const unknown = client.provisioning.gatewayCertificate('70b3d5e75effff01')
    await expect(unknown).rejects.toMatchObject({ context: { reason: 'missing' } })
  })

  test('with a tenant key: what is gone is deleted, what may not be is not, and others are not seen', async () => {
    const api = new ChirpstackApi(connect({ url: chirpstack.grpcUrl, token: chirpstack.token }))
    const open = (token: string) => createChirpstackClient({ url: chirpstack.grpcUrl, token })
    const [own, foreign] = [device(1), device(2)]
    const there = await client.provisioning.createTenant('Blois')
    const place = {
      applicationId: (await client.provisioning.createApplication(there.id, 'water')).id,
      profileId: await api.createProfile({ tenantId: there.id, name: 'meter' }),
    }
    await client.provisioning.createDevice({ ...foreign, ...place })
    const key = open(await api.createTenantKey(tenantId))
    const readOnly = open(await api.createTenantKey(tenantId, { isReadOnly: true }))
    try {
      expect(await key.provisioning.createDevice(own)).toBe('created')
      expect(await key.provisioning.createDevice(own)).toBe('already')
      expect(await key.provisioning.createDevice({ ...foreign, name: 'mine?' })).toBe('already')
      expect(await key.provisioning.getDevice(foreign.devEui)).toBeUndefined()
      await expect(readOnly.provisioning.deleteDevice(own.devEui)).rejects.toMatchObject({ context: { reason: 'right-or-missing' } })
      for (let twice = 0; twice < 2; twice++) await key.provisioning.deleteDevice(own.devEui)
      await key.provisioning.deleteDevice(foreign.devEui)
      expect(await client.provisioning.getDevice(foreign.devEui)).toMatchObject({ name: '' })
      expect((await key.provisioning.listApplications(tenantId)).map(({ name }) => name)).toEqual(['water'])
      expect((await key.provisioning.listProfiles(tenantId)).map(({ name }) => name)).toEqual(['meter'])
      expect((await key.provisioning.listGateways(tenantId)).map(({ name }) => name)).toEqual(['tower'])
      await expect(key.provisioning.listTenants()).rejects.toMatchObject({ context: { reason: 'right-or-missing' } })
    } finally {
      key.stop()
      readOnly.stop()
      api.connection.close()
    }
  })

  test.each(['its database', 'itself'] as const)(
    'an apply outlives %s being away, and everything is there once',
    async (what) => {
      const server = what === 'its database' ? postgres : chirpstack
      const from = what === 'its database' ? 1000 : 2000
      const pace = new Pace()
      const troubles: OndineError[] = []
      let done = 0
      const work = (index: number) => async () => {
        const key = parseKey(index.toString(16).padStart(32, 'a'))
        try {
          await client.provisioning.createDevice(device(index))
          await client.provisioning.createKeys(device(index).devEui, '1.0.3', { appKey: key })
          done++
        } catch (thrown) {
          if (isPassing(thrown)) troubles.push(thrown as OndineError)
          throw thrown
        }
      }
      let next = 0
      const worker = async () => {
        for (let index = next++; index < 400; index = next++) await pace.run(work(from + index))
      }
      const workers = Promise.all(Array.from({ length: 16 }, worker))
      while (done < 40) await new Promise((resolve) => setTimeout(resolve, 5))
      await server.kill()
      while (troubles.length < 3) await new Promise((resolve) => setTimeout(resolve, 20))
      await server.restart()
      await workers
      expect(done).toBe(400)
      for (let index = 0; index < 400; index += 50) {
        const keys = await client.provisioning.getKeys(device(from + index).devEui, '1.0.3')
        expect(keys?.appKey?.equals(parseKey((from + index).toString(16).padStart(32, 'a')))).toBe(true)
      }
    },
    120_000,
  )
})
