import type { BrokerConfig, Config, StoreSettings } from '../config/schema.ts'
import type { OndineError } from '../errors/ondine-error.ts'

/** A part of a configuration, as a server would use it. */
export type Part =
  | { kind: 'chirpstack'; settings: NonNullable<Config['chirpstack']> }
  | { kind: 'broker'; settings: Omit<BrokerConfig, 'clientId'> }
  | { kind: 'store'; settings: StoreSettings }

/** What is wrong with it, found by asking it and changing nothing; null: it can be used. Given by main.ts, which alone knows the server. */
export type TryOut = (part: Part) => Promise<OndineError | null>
