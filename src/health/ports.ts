import type { Scope } from '../access/scope.ts'

/** A probe that never throws: what could not be learnt says why. */
export type Reached<T> = ({ reached: true } & T) | { reached: false; reason: string }

/** `allowed: null` when the probe could not tell. Actions are `<service>.<method>`, e.g. `device.create`. */
export interface Right {
  action: string
  allowed: boolean | null
}

/** A model whose codec failed since the server started. */
export interface CodecTrouble {
  /** `vendor/model` */
  model: string
  disabled: boolean
  failures: number
  lastError: string
}

/** A device in the inventory of which neither a join nor an uplink was ever heard. */
export interface UnheardDevice {
  devEui: string
  /** the network server's last complaint about it, e.g. `UPLINK_MIC` */
  lastLogCode: string | null
}

/**
 * The outside as doctor asks it. Each asks something harmless and ends within seconds; what is thrown all the same is
 * reported as unknown. `chirpstack: null`: the network is simulated.
 */
export interface Probes {
  broker(): Promise<Reached<{ url: string }>>
  chirpstack: (() => Promise<Reached<{ url: string; rights: readonly Right[] }>>) | null
  /** `retentionDays: null` when kept for ever or unknown */
  store(): Promise<Reached<{ kind: string; version: string | null; retentionDays: number | null }>>
  codecs(): readonly CodecTrouble[]
  neverJoined(scope: Scope): Promise<readonly UnheardDevice[]>
  /** reason → how many, of what this scope may see */
  deadLetters(scope: Scope): Promise<Readonly<Record<string, number>>>
}

/** Whether this process can do its work now: for `/health/ready`. A part that is down is named, not described: the page is open. */
export interface Readiness {
  ready: boolean
  parts: Readonly<Record<string, boolean>>
}
