import { connect } from '../../src/adapters/chirpstack/wire/grpc.ts'
import { startChirpstack } from '../support/chirpstack-server.ts'
import { Device, Gateway } from '../support/radio/index.ts'
import { startMosquitto, startPostgres, startRedis } from '../support/servers/index.ts'
import type { ContractDevice, ContractNetwork } from './network.ts'

/** The real ChirpStack on Redis and Mosquitto (and PostgreSQL), with gateways and devices at frame level. */
export async function startReal(database: 'sqlite' | 'postgresql'): Promise<ContractNetwork> {
  const [mosquitto, redis] = await Promise.all([startMosquitto(), startRedis()])
  const postgres = database === 'postgresql' ? await startPostgres() : undefined
  const chirpstack = await startChirpstack({
    database,
    mosquittoUrl: mosquitto.url,
    redisUrl: redis.url,
    ...(postgres === undefined ? {} : { postgresUrl: postgres.url }),
  })
  const gateways = new Map<string, Gateway>()
  return {
    brokerUrl: mosquitto.url,
    connect: (token = chirpstack.token) => connect({ url: chirpstack.grpcUrl, token: token ?? undefined }),
    gateway: async (id) => {
      const location = { latitude: 47.39, longitude: 0.68, altitude: 60 }
      const gateway = new Gateway({ gatewayId: id, brokerUrl: mosquitto.url, location })
      gateways.set(id, gateway)
      await gateway.start()
      return {
        id,
        answer: (behaviour) => {
          gateway.answer = behaviour
        },
        goOffline: () => gateway.goOffline(),
        comeBack: () => gateway.start(),
        asked: () => gateway.downlinks.length,
      }
    },
    device: (identity, near) => driver(new Device({ ...identity, gateways: near.map(({ id }) => known(gateways, id)) }), near.length),
    stop: async () => {
      await Promise.all([...gateways.values()].map((gateway) => gateway.stop()))
      await chirpstack.stop()
      await Promise.all([mosquitto.stop(), redis.stop(), postgres?.stop()])
    },
  }
}

function driver(device: Device, gatewayCount: number): ContractDevice {
  return {
    devEui: device.devEui,
    requestJoin: async (again = false) => {
      if (again) device.devNonce--
      await device.requestJoin()
    },
    joined: () => device.session !== undefined,
    uplink: async (fPort, hex, options = {}) => {
      const { confirmed = false, ack = false, spreadingFactor = 7, heard, fCnt, badMic = false } = options
      const next = device.fCnt
      if (fCnt !== undefined) device.fCnt = fCnt
      const { session } = device
      if (badMic && session !== undefined) device.session = { ...session, nwkSKey: Buffer.alloc(16) }
      const signal = Array.from({ length: gatewayCount }, (_, index) => {
        const hearing = heard === undefined ? {} : heard[index]
        return hearing ? { ...hearing, spreadingFactor } : null
      })
      await device.uplink(fPort, Buffer.from(hex, 'hex'), { confirmed, ack, signal })
      if (session !== undefined) device.session = session
      device.fCnt = Math.max(next, device.fCnt)
    },
    received: () =>
      device.received.flatMap(({ fPort, hex, confirmed }) => (fPort === null || fPort === 0 ? [] : [{ fPort, hex, confirmed }])),
  }
}

function known(gateways: ReadonlyMap<string, Gateway>, id: string): Gateway {
  const gateway = gateways.get(id)
  if (gateway === undefined) throw new Error(`start the gateway ${id} first`)
  return gateway
}
