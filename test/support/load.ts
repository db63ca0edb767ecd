import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { z } from 'zod'

const answer = z.object({ sent: z.int(), unacknowledged: z.array(z.int()) })

/** What the broker has acknowledged; numbers begin with 0. */
export interface Sent {
  sent: number
  acknowledged: number[]
  perSecond: number
}

/** A load from another process, so that neither disturbs the other's clock. `firstTime`: of number 0, ms. */
export class Load {
  private readonly child: ChildProcess
  private readonly startedMs = performance.now()

  constructor(url: string, options: { perSecond: number; firstTime: number; devices: number }) {
    const { perSecond, firstTime, devices } = options
    const generator = join(import.meta.dirname, 'load-generator.ts')
    this.child = fork(generator, [url, perSecond, firstTime, devices].map(String), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  }

  /** Sends no more, waits until the broker has acknowledged what was sent. */
  async stop(): Promise<Sent> {
    const seconds = (performance.now() - this.startedMs) / 1000
    const answered = once(this.child, 'message')
    this.child.send('stop')
    const { sent, unacknowledged } = answer.parse((await answered)[0])
    const without = new Set(unacknowledged)
    const acknowledged = Array.from({ length: sent }, (_, number) => number).filter((number) => !without.has(number))
    return { sent, acknowledged, perSecond: Math.round(sent / seconds) }
  }

  kill(): void {
    this.child.kill('SIGKILL')
  }
}
