import type { Reading } from '../api/contract/readings.ts'
import type { Config } from '../config/schema.ts'

/** A server that was started in this process, as its banner shows it. */
export interface StartedServer {
  version: string
  simulated: boolean
  /** where it listens; differs from the configuration's port when that was taken */
  url: string
  /** broker of the decoded topics, without password */
  brokerUrl: string
  /** `ondine/v1` */
  topics: string
  /** `sqlite`, `influxdb1`, `influxdb2` or `influxdb3` */
  store: string
  /** null on a real network */
  fleet: { devices: number; gateways: number; services: number } | null
  /** what was found taken or changed by itself, for people: `port 8420 is taken, using 8421` */
  notes: readonly { code: 'port-taken'; wanted: number; used: number }[]
  onReading(listener: (reading: Reading) => void): void
  stop(): Promise<void>
}

/** Given by main.ts, which alone knows the server. */
export type Launch = (config: Config) => Promise<StartedServer>
