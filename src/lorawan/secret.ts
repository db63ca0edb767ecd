import { inspect } from 'node:util'

/**
 * A value that shows itself as its mask wherever it is turned into text: template, JSON, log, inspection, error.
 * What it hides lives in a private field of the class that extends it, which a structured clone leaves behind.
 * Two of them are alike to a deep comparison, for the same reason: compare by `equals`.
 */
export abstract class Masked {
  protected abstract get mask(): string

  toString(): string {
    return this.mask
  }

  toJSON(): string {
    return this.mask
  }

  toLocaleString(): string {
    return this.mask
  }

  [Symbol.toPrimitive](): string {
    return this.mask
  }

  [inspect.custom](): string {
    return this.mask
  }
}

/** A text that proves something to whoever holds it, as the owner token of a label does. Shown as `[secret]`. */
export class SecretText extends Masked {
  protected get mask(): string {
    return '[secret]'
  }

  readonly #text: string

  constructor(text: string) {
    super()
    this.#text = text
  }

  /** The text itself: for the one place that hands it on. */
  reveal(): string {
    return this.#text
  }
}
