import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/**
 * Everything `/metrics` shows (Prometheus text format 0.0.4). Rooms get the few functions they need, so that
 * none of them knows the library.
 */
export class Metrics {
  readonly #registry = new Registry()

  constructor() {
    collectDefaultMetrics({ register: this.#registry, prefix: 'ondine_' })
  }

  /** A number that only grows; `labels` must be few and bounded: never a devEui or an asset. */
  counter<L extends string>(name: string, help: string, labels: readonly L[] = []): (labels: Record<L, string>, by?: number) => void {
    const counter = new Counter({ name: `ondine_${name}`, help, labelNames: labels, registers: [this.#registry] })
    return (values, by = 1) => counter.inc(values, by)
  }

  gauge<L extends string>(name: string, help: string, labels: readonly L[] = []): (labels: Record<L, string>, value: number) => void {
    const gauge = new Gauge({ name: `ondine_${name}`, help, labelNames: labels, registers: [this.#registry] })
    return (values, value) => gauge.set(values, value)
  }

  /** A gauge that is read whenever it is asked for; `read` gives the number for each value of the label. */
  observed(name: string, help: string, label: string, read: () => Readonly<Record<string, number>>): void {
    const gauge = new Gauge({
      name: `ondine_${name}`,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect: () => {
        for (const [value, number] of Object.entries(read())) gauge.set({ [label]: value }, number)
      },
    })
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }

  get contentType(): string {
    return this.#registry.contentType
  }
}
