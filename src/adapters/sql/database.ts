import { chmod, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import SQLite from 'better-sqlite3'
import { type Dialect, Kysely, type SqliteDatabase, SqliteDialect } from 'kysely'
import type { Logger } from 'pino'
import { OndineError } from '../../errors/ondine-error.ts'
import { migrate } from './migrate.ts'
import { postgresDialect } from './postgres.ts'
import type { Schema } from './schema.ts'

/** `file`: path of `ondine.sqlite`; `url`: with user and password, never printed. */
export type DatabaseTarget = { kind: 'sqlite'; file: string } | { kind: 'postgresql'; url: string }

/** Inventory, tokens, orders, dead letters and audit rows, on SQLite or PostgreSQL. Nothing is opened before `start`. */
export class Database {
  readonly kind: DatabaseTarget['kind']
  readonly db: Kysely<Schema>
  /** of what the tables are read by, too */
  readonly logger: Logger
  readonly #target: DatabaseTarget

  constructor(target: DatabaseTarget, logger: Logger) {
    this.kind = target.kind
    this.#target = target
    this.logger = logger
    this.db = new Kysely<Schema>({ dialect: target.kind === 'sqlite' ? sqliteDialect(target.file) : postgresDialect(target.url, logger) })
  }

  /** Opens and migrates. Rejects with `database.newer`, `database.unreachable` or `database.unusable`. */
  async start(): Promise<void> {
    const applied = await migrate(this.db, this.kind).catch((cause: unknown) => {
      if (cause instanceof OndineError || this.#target.kind === 'postgresql') throw cause
      throw new OndineError(
        'database.unusable',
        { file: this.#target.file, reason: cause instanceof Error ? cause.message : String(cause) },
        { cause },
      )
    })
    if (applied.length > 0) this.logger.info({ migrations: applied }, 'database brought to this version')
  }

  async stop(): Promise<void> {
    await this.db.destroy()
  }
}

function sqliteDialect(file: string): Dialect {
  return new SqliteDialect({
    database: async () => {
      if (file !== ':memory:') await mkdir(dirname(file), { recursive: true })
      const database = new SQLite(file)
      // Before WAL: its files take over the rights of this one, which holds addresses and hashes of tokens.
      if (file !== ':memory:') await chmod(file, 0o600)
      database.pragma('journal_mode = WAL')
      // FULL: a resolved promise means that the row outlives a power cut, also in WAL mode.
      database.pragma('synchronous = FULL')
      database.pragma('foreign_keys = ON')
      database.pragma('busy_timeout = 5000')
      return keepingStatements(database)
    },
  })
}

const mostStatements = 300

/** To prepare a statement of many rows costs more than to run it, and the same texts come again and again. Those used least recently go. */
function keepingStatements(database: SQLite.Database): SqliteDatabase {
  const kept = new Map<string, SQLite.Statement<unknown[]>>()
  return {
    close: () => database.close(),
    prepare: (text) => {
      const statement = kept.get(text) ?? database.prepare<unknown[]>(text)
      kept.delete(text)
      kept.set(text, statement)
      const [oldest] = kept.keys()
      if (kept.size > mostStatements && oldest !== undefined) kept.delete(oldest)
      return statement
    },
  }
}
