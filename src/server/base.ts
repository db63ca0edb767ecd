import type { Logger } from 'pino'
import type { Config } from '../config/schema.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Closing } from './closing.ts'

/** What every phase of the start is given; what a phase opens, it hands to `closing`. */
export interface Base {
  config: Config
  logger: Logger
  metrics: Metrics
  closing: Closing
}
