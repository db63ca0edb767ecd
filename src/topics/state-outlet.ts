import type { Logger } from 'pino'
import type { TopicMessage, TopicPublisher } from './ports.ts'

export interface StateOutletOptions {
  publisher: Pick<TopicPublisher, 'publish'>
  /** the message of a key as it is now; null: there is nothing to tell */
  message: (key: string) => TopicMessage | null
  logger: Logger
  /** ms in which a key is told once at most */
  everyMs: number
}

/** states in one go: enough to hide the way there and back, few enough that the next one need not wait */
const most = 2_000

/**
 * Tells states that changed: at once, and once a second at most for each, as it is then. What could not be told stays and
 * is told later; a state that changes meanwhile is told as it has become.
 */
export class StateOutlet {
  private readonly options: StateOutletOptions
  /** changed and not told → the turn in which it first was; oldest first */
  private changed = new Map<string, number>()
  /** of `changed`, what may be told now */
  private due: string[] = []
  private readonly toldLately = new Set<string>()
  private waiting: { turn: number; resolve: () => void }[] = []
  private turn = 0
  private telling: Promise<void> | null = null
  private timer: NodeJS.Timeout | null = null
  private failing = false

  constructor(options: StateOutletOptions) {
    this.options = options
  }

  start(): void {
    this.timer = setInterval(() => this.nextPeriod(), this.options.everyMs)
  }

  /** Tells what is left, once: a broker that is away gets it after the next start. */
  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer)
    this.timer = null
    await this.telling
    this.nextPeriod()
    await this.telling
  }

  /** These have changed. `told` resolves when all that has changed until now was told; a program that ends before has not. */
  change(keys: Iterable<string>): { told: Promise<void> } {
    this.turn++
    for (const key of keys) {
      if (this.changed.has(key)) continue
      this.changed.set(key, this.turn)
      if (!this.toldLately.has(key)) this.due.push(key)
    }
    if (!this.failing) this.telling ??= this.tell()
    if (this.changed.size === 0 && this.telling === null) return { told: Promise.resolve() }
    const { turn } = this
    return { told: new Promise((resolve) => this.waiting.push({ turn, resolve })) }
  }

  private nextPeriod(): void {
    this.toldLately.clear()
    this.due = [...this.changed.keys()]
    this.failing = false
    this.telling ??= this.tell()
  }

  private async tell(): Promise<void> {
    // What is changed in this turn of the event loop goes together.
    await Promise.resolve()
    while (this.due.length > 0 && !this.failing) await this.tellSome(this.due.splice(0, most))
    this.telling = null
    this.release(this.changed)
  }

  private async tellSome(keys: readonly string[]): Promise<void> {
    const { publisher, message, logger } = this.options
    const taken = new Map<string, number>()
    for (const key of keys) {
      const turn = this.changed.get(key)
      if (turn === undefined) continue
      taken.set(key, turn)
      this.changed.delete(key)
      this.toldLately.add(key)
    }
    try {
      await publisher.publish([...taken.keys()].flatMap((key) => message(key) ?? []))
      this.release(this.changed)
    } catch (error) {
      logger.debug({ err: error, states: taken.size }, 'topics: states not told, they are tried again')
      this.failing = true
      this.changed = new Map([...taken, ...[...this.changed].filter(([key]) => !taken.has(key))])
    }
  }

  private release(left: ReadonlyMap<string, number>): void {
    const [oldest = Number.POSITIVE_INFINITY] = left.values()
    while ((this.waiting[0]?.turn ?? Number.POSITIVE_INFINITY) < oldest) this.waiting.shift()?.resolve()
  }
}
