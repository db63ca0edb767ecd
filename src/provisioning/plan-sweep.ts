import type { Logger } from 'pino'
import { OndineError } from '../errors/ondine-error.ts'
import type { Plans } from './ports.ts'

const day = 24 * 60 * 60 * 1000
/** Plans are thrown away after so many days without a job, and sealed keys that nothing asks for any more. */
const planDays = 30

interface Parts {
  store: Pick<Plans, 'dropPlansBefore'>
  logger: Logger
  now: () => Date
}

/** Throws away what was planned and never applied, at the start and each day: keys of a delivery lie about no longer than they must. */
export class PlanSweep {
  readonly #parts: Parts
  #timer: NodeJS.Timeout | null = null
  #sweeping: Promise<void> = Promise.resolve()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    this.#sweep()
    this.#timer = setInterval(() => this.#sweep(), day)
  }

  /** Ends the sweep that is under way. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.#sweeping
  }

  #sweep(): void {
    const { store, logger, now } = this.#parts
    const before = new Date(now().getTime() - planDays * day).toISOString()
    this.#sweeping = this.#sweeping
      .then(() => store.dropPlansBefore(before))
      .catch((thrown: unknown) => {
        const error = OndineError.from(thrown)
        logger.warn({ code: error.code, err: error }, 'plans: old ones stay until the next sweep')
      })
  }
}
