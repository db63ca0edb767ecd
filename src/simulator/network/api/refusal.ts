import { status } from '@grpc/grpc-js'

/** An answer that is an error: its code and text reach the caller as they are. */
export class Refusal extends Error {
  readonly code: status
  readonly details: string

  constructor(code: status, details: string) {
    super(details)
    this.code = code
    this.details = details
  }
}

export const notFound = (id: string) => new Refusal(status.NOT_FOUND, `Object does not exist (id: ${id})`)
export const invalid = (details: string) => new Refusal(status.INVALID_ARGUMENT, details)
export const validation = (details: string) => invalid(`Validation error: ${details}`)
export const internal = (details: string) => new Refusal(status.INTERNAL, details)

/** The words of the database under ChirpStack, which reach its callers. */
export interface Dialect {
  unique(table: string, columns: readonly string[]): Refusal
  foreignKey(table: string, column: string): Refusal
  /** throws when a name is too long for its column */
  checkName(name: string): void
}

const sqlite: Dialect = {
  unique: (table, columns) => internal(`UNIQUE constraint failed: ${columns.map((column) => `${table}.${column}`).join(', ')}`),
  foreignKey: () => internal('FOREIGN KEY constraint failed'),
  checkName: () => {},
}

const postgresql: Dialect = {
  unique: (table) => internal(`duplicate key value violates unique constraint "${table}_pkey"`),
  foreignKey: (table, column) => internal(`insert or update on table "${table}" violates foreign key constraint "${table}_${column}_fkey"`),
  checkName: (name) => {
    if ([...name].length > 100) throw internal('value too long for type character varying(100)')
  },
}

export type DatabaseKind = 'sqlite' | 'postgresql'
export const dialects: Readonly<Record<DatabaseKind, Dialect>> = { sqlite, postgresql }
