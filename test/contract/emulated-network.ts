import { connect } from '../../src/adapters/chirpstack/wire/grpc.ts'
import { EmulatedChirpStack } from '../../src/simulator/network/emulated-chirpstack.ts'
import type { EmulatedDevice } from '../../src/simulator/network/radio/emulated-device.ts'
import { startMosquitto } from '../support/servers/index.ts'
import type { ContractDevice, ContractGateway, ContractNetwork } from './network.ts'

/** The emulated ChirpStack on a real Mosquitto. */
export async function startEmulated(database: 'sqlite' | 'postgresql'): Promise<ContractNetwork> {
  const mosquitto = await startMosquitto()
  const chirpstack = new EmulatedChirpStack({ brokerUrl: mosquitto.url, database, seed: 7 })
  await chirpstack.start()
  return {
    brokerUrl: mosquitto.url,
    connect: (token = chirpstack.token) => connect({ url: chirpstack.url, token: token ?? undefined }),
    gateway: async (id) => {
      const gateway = chirpstack.gateway(id, { location: { latitude: 47.39, longitude: 0.68, altitude: 60 } })
      gateway.start()
      return {
        id,
        answer: (behaviour) => {
          gateway.behaviour = behaviour === 'silent' ? 'SILENT' : behaviour
        },
        goOffline: async () => gateway.stop(),
        comeBack: async () => gateway.start(),
        asked: () => gateway.asked.length,
      }
    },
    device: (identity, gateways) => driver(chirpstack.device(identity), gateways),
    stop: async () => {
      await chirpstack.stop()
      await mosquitto.stop()
    },
  }
}

function driver(device: EmulatedDevice, gateways: readonly ContractGateway[]): ContractDevice {
  return {
    devEui: device.devEui,
    requestJoin: async (again = false) => {
      const heardBy = gateways.map(({ id }) => ({ gatewayId: id, rssi: -60, snr: 8.5 }))
      await device.join({ heardBy, ...(again ? { devNonce: device.memory.devNonce } : {}) })
    },
    joined: () => device.joined,
    uplink: async (fPort, hex, options = {}) => {
      const { heard, badMic = false, confirmed = false, ack = false, spreadingFactor = 7, fCnt } = options
      const heardBy = gateways.flatMap(({ id }, index) => {
        const hearing = heard === undefined ? {} : heard[index]
        return hearing ? [{ gatewayId: id, rssi: hearing.rssi ?? -60, snr: hearing.snr ?? 8.5 }] : []
      })
      const { session } = device.memory
      if (badMic && session !== null) device.memory.session = { ...session, sessionId: 'another' }
      const counter = fCnt === undefined ? {} : { fCnt }
      device.uplink(fPort, Buffer.from(hex, 'hex'), { heardBy, confirmed, ack, spreadingFactor, ...counter })
      device.memory.session = session
    },
    received: () =>
      device.received.flatMap(({ fPort, data, confirmed }) =>
        fPort === null ? [] : [{ fPort, hex: Buffer.from(data).toString('hex'), confirmed }],
      ),
  }
}
