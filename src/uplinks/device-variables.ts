import type { ReadVariables } from './ports.ts'

/** ms after which the network server is asked again */
const keptFor = 10 * 60_000
/** ms after which it is asked again where it did not answer: frames must not wait for its time-out one after the other */
const askedAgainAfter = 60_000

type Variables = Readonly<Record<string, string>>

/** Variables of the devices whose codecs need them: asked for once in ten minutes, and as they last were while nobody answers. */
export class DeviceVariables {
  private readonly read: ReadVariables
  private readonly now: () => number
  private readonly known = new Map<string, { variables: Variables; until: number }>()
  private readonly asked = new Map<string, Promise<Variables | null>>()

  constructor(read: ReadVariables, now: () => number = Date.now) {
    this.read = read
    this.now = now
  }

  /** null: they were never known, and cannot be now. Never rejects; those who ask at the same time share one answer. */
  of(devEui: string): Promise<Variables | null> {
    const known = this.known.get(devEui)
    if (known !== undefined && known.until > this.now()) return Promise.resolve(known.variables)
    const pending = this.asked.get(devEui)
    if (pending !== undefined) return pending
    const asking = this.ask(devEui).finally(() => this.asked.delete(devEui))
    this.asked.set(devEui, asking)
    return asking
  }

  private async ask(devEui: string): Promise<Variables | null> {
    try {
      const variables = await this.read(devEui)
      this.known.set(devEui, { variables, until: this.now() + keptFor })
      return variables
    } catch {
      const known = this.known.get(devEui)
      if (known !== undefined) known.until = this.now() + askedAgainAfter
      return known?.variables ?? null
    }
  }
}
