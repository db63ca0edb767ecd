import type { Message } from 'google-protobuf'

export interface Row<M> {
  message: M
  /** milliseconds since 1970, with decimals */
  createdAt: number
  updatedAt: number
}

/** A row as it is written to a file: the message in protobuf, base64. */
export interface SavedRow {
  id: string
  message: string
  createdAt: number
  updatedAt: number
}

/** Rows by id in the order of their creation. Messages are copied on the way in and out, so that nobody changes a row by accident. */
export class Table<M extends Message> {
  readonly #decode: (bytes: Uint8Array) => M
  readonly #rows = new Map<string, Row<M>>()
  #version = 0

  constructor(decode: (bytes: Uint8Array) => M) {
    this.#decode = decode
  }

  /** another one after every change that a caller made */
  get version(): number {
    return this.#version
  }

  has(id: string): boolean {
    return this.#rows.has(id)
  }

  get(id: string): Row<M> | undefined {
    return this.#rows.get(id)
  }

  put(id: string, message: M, now: number): void {
    const createdAt = this.#rows.get(id)?.createdAt ?? now
    this.#rows.set(id, { message: this.#decode(message.serializeBinary()), createdAt, updatedAt: now })
    this.#version += 1
  }

  /** What the server learns by itself, beside what its callers write: the row's times stay. */
  amend(id: string, change: (message: M) => void): void {
    const row = this.#rows.get(id)
    if (row !== undefined) change(row.message)
  }

  delete(id: string): void {
    this.#rows.delete(id)
    this.#version += 1
  }

  entries(): [string, Row<M>][] {
    return [...this.#rows]
  }

  messages(): M[] {
    return [...this.#rows.values()].map((row) => row.message)
  }

  copy(row: Row<M>): M {
    return this.#decode(row.message.serializeBinary())
  }

  save(): SavedRow[] {
    return this.entries().map(([id, row]) => ({
      id,
      message: Buffer.from(row.message.serializeBinary()).toString('base64'),
      createdAt: row.createdAt,
      updatedAt: row.updatedAt,
    }))
  }

  load(rows: readonly SavedRow[]): void {
    for (const row of rows) {
      this.#rows.set(row.id, { ...row, message: this.#decode(Buffer.from(row.message, 'base64')) })
    }
  }
}
