import { connect } from '../../src/adapters/chirpstack/wire/grpc.ts'
import { EmulatedChirpStack } from '../../src/simulator/network/emulated-chirpstack.ts'
import { ChirpstackApi } from './chirpstack-api.ts'
import { chirpstackBinary, startChirpstack } from './chirpstack-server.ts'
import { startMosquitto, startRedis } from './servers/index.ts'

/** A network server that can go away and come back with all it had. */
export interface RestlessNetwork {
  url: string
  token: string
  brokerUrl: string
  api: ChirpstackApi
  /** at once, whatever is under way */
  goAway(): Promise<void>
  comeBack(): Promise<void>
  stop(): Promise<void>
}

export async function startRestlessNetwork(kind: 'real' | 'emulated'): Promise<RestlessNetwork> {
  const mosquitto = await startMosquitto()
  if (kind === 'real') {
    const redis = await startRedis()
    const chirpstack = await startChirpstack({ mosquittoUrl: mosquitto.url, redisUrl: redis.url })
    return {
      url: chirpstack.grpcUrl,
      token: chirpstack.token,
      brokerUrl: mosquitto.url,
      api: new ChirpstackApi(connect({ url: chirpstack.grpcUrl, token: chirpstack.token })),
      goAway: () => chirpstack.kill(),
      comeBack: () => chirpstack.restart(),
      stop: async () => {
        await chirpstack.stop()
        await redis.stop()
        await mosquitto.stop()
      },
    }
  }
  let chirpstack = new EmulatedChirpStack({ brokerUrl: mosquitto.url })
  await chirpstack.start()
  const { url, token } = chirpstack
  const port = Number(new URL(url).port)
  return {
    url,
    token,
    brokerUrl: mosquitto.url,
    api: new ChirpstackApi(connect({ url, token })),
    goAway: () => chirpstack.stop(),
    comeBack: async () => {
      chirpstack = new EmulatedChirpStack({ brokerUrl: mosquitto.url, port, token, snapshot: chirpstack.snapshot() })
      await chirpstack.start()
    },
    stop: async () => {
      await chirpstack.stop()
      await mosquitto.stop()
    },
  }
}

export const networkKinds = chirpstackBinary('sqlite') === undefined ? (['emulated'] as const) : (['emulated', 'real'] as const)
