import type { TxStatus } from '../../src/adapters/chirpstack/wire/gateway-frame.ts'
import type { Connection } from '../../src/adapters/chirpstack/wire/grpc.ts'

/** How one gateway hears one frame; null: it does not. */
export type Hearing = { rssi?: number; snr?: number } | null

export interface ContractGateway {
  readonly id: string
  /** what it answers to downlinks from now on */
  answer(behaviour: TxStatus | 'silent'): void
  /** the connection is lost */
  goOffline(): Promise<void>
  comeBack(): Promise<void>
  /** how many downlinks it was asked to emit */
  asked(): number
}

export interface ContractUplink {
  confirmed?: boolean
  /** acknowledges the last confirmed downlink */
  ack?: boolean
  spreadingFactor?: number
  /** another counter than the next */
  fCnt?: number
  /** one for each gateway */
  heard?: readonly Hearing[]
  /** signed with a wrong key */
  badMic?: boolean
}

export interface ContractDownlink {
  fPort: number
  hex: string
  confirmed: boolean
}

export interface ContractDevice {
  readonly devEui: string
  /** asks once; `again` repeats the last DevNonce */
  requestJoin(again?: boolean): Promise<void>
  joined(): boolean
  uplink(fPort: number, hex: string, options?: ContractUplink): Promise<void>
  /** what its application got, oldest first */
  received(): readonly ContractDownlink[]
}

/** A ChirpStack with its broker, real or emulated, and a radio side to play with. */
export interface ContractNetwork {
  readonly brokerUrl: string
  /** with a global admin key unless told; null: without any */
  connect(token?: string | null): Connection
  /** online at once, after it was created through the API */
  gateway(id: string): Promise<ContractGateway>
  device(identity: { devEui: string; appKey: string }, gateways: readonly ContractGateway[]): ContractDevice
  stop(): Promise<void>
}

export interface ContractSubject {
  name: string
  database: 'sqlite' | 'postgresql'
  available: boolean
  start(): Promise<ContractNetwork>
}
