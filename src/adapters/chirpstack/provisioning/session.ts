import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import { Masked } from '../../../lorawan/secret.ts'
import type { Activation } from '../../../provisioning/network.ts'
import { fill } from '../wire/fill.ts'

/** Session keys and counters as ChirpStack gave them. */
class HeldSession extends Masked {
  protected get mask(): string {
    return '[session]'
  }

  readonly #activation: Uint8Array

  constructor(activation: devicePb.DeviceActivation) {
    super()
    this.#activation = activation.serializeBinary()
  }

  reveal(): devicePb.DeviceActivation {
    return devicePb.DeviceActivation.deserializeBinary(this.#activation)
  }
}

export function readActivation(activation: devicePb.DeviceActivation): Activation {
  return { devAddr: activation.getDevAddr(), secret: new HeldSession(activation) }
}

/** For a device, which need not be the one it was read of. Throws TypeError for a secret that was not read here. */
export function writeActivation(devEui: string, { secret }: Activation): devicePb.DeviceActivation {
  if (!(secret instanceof HeldSession)) throw new TypeError('this session was not read from ChirpStack')
  return fill(secret.reveal(), { devEui })
}
