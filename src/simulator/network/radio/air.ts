import type { EmulatedDevice } from './emulated-device.ts'
import type { EmulatedGateway } from './emulated-gateway.ts'
import type { Answer, DownlinkFrame, Transmitter } from './frames.ts'

/** Gateways and devices within each other's reach. */
export class Air implements Transmitter {
  readonly gateways = new Map<string, EmulatedGateway>()
  readonly devices = new Map<string, EmulatedDevice>()
  readonly #groupMembers: (groupId: string) => readonly string[]

  constructor(groupMembers: (groupId: string) => readonly string[]) {
    this.#groupMembers = groupMembers
  }

  transmit(gatewayId: string, frame: DownlinkFrame): Answer {
    return this.gateways.get(gatewayId)?.emit(frame) ?? null
  }

  /** A gateway emitted this: whoever is addressed and near gets it. A join accept is taken by the join itself. */
  emitted(gatewayId: string, frame: DownlinkFrame): void {
    for (const device of this.#addressed(frame)) if (device.hears(gatewayId)) device.receive(frame)
  }

  #addressed({ to }: DownlinkFrame): EmulatedDevice[] {
    if ('joining' in to) return []
    if ('group' in to) return this.#groupMembers(to.group).flatMap((devEui) => this.devices.get(devEui) ?? [])
    const device = this.devices.get(to.devEui)
    return device?.memory.session?.sessionId === to.sessionId ? [device] : []
  }
}
