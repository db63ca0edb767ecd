import type { QueryExecutorProvider, SchemaModule } from 'kysely'

/** A database as a migration sees it: of no known form, since the form of today's code is not the one it had then. */
export type MigrationTarget = QueryExecutorProvider & { schema: SchemaModule }

export interface Migration {
  name: string
  up: (db: MigrationTarget) => Promise<void>
}
