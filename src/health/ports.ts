import type { Scope } from '../access/scope.ts'
import type { CodecStatus } from '../codecs/engine/strikes.ts'
import type { StoreDescription } from '../readings/reading-store.ts'

/** A probe that never throws: what could not be learnt says why. */
export type Reached<T> = ({ reached: true } & T) | { reached: false; reason: string }

/** `allowed: null` when the probe could not tell. Actions are `<service>.<method>`, e.g. `device.create`. */
export interface Right {
  action: string
  allowed: boolean | null
}

/** A device in the inventory of which neither a join nor an uplink was ever heard. */
export interface UnheardDevice {
  devEui: string
  /** the network server's last complaint about it, e.g. `UPLINK_MIC` */
  lastLogCode: string | null
}

/** `sees: null`: the key is not valid. */
export type ChirpstackAnswer = Reached<{ url: string; rights: readonly Right[]; sees: 'all tenants' | 'one tenant' | null }>

/**
 * The outside as doctor asks it. Each asks something harmless and ends within seconds; what is thrown all the same is
 * reported as unknown. `chirpstack: null`: the network is simulated.
 */
export interface Probes {
  broker(): Promise<Reached<{ url: string }>>
  chirpstack: (() => Promise<ChirpstackAnswer>) | null
  spool(): SpoolHealth
  store(): Promise<StoreDescription>
  /** what the last sweep of what is past keeping did; null: none yet */
  sweep(): { frames: number; failed: string | null } | null
  /** codecs with strikes */
  codecs(): readonly CodecStatus[]
  /** how many there are */
  devices(scope: Scope): Promise<number>
  neverJoined(scope: Scope): Promise<readonly UnheardDevice[]>
  /** reason → how many, of what this scope may see */
  deadLetters(scope: Scope): Promise<Readonly<Record<string, number>>>
}

/** The spool of received events: why it takes none (`reason` null: it does), and what of it could not be read. */
export interface SpoolHealth {
  refusal: { code: 'spool.full' | 'spool.unwritable'; reason: string; since: string } | null
  damage: { files: number; events: number; bytes: number }
}

/** Whether this process can do its work now: for `/health/ready`. A part that is down is named, not described: the page is open. */
export interface Readiness {
  ready: boolean
  parts: Readonly<Record<string, boolean>>
}
