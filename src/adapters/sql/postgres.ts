import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresDialect,
  PostgresDriver,
  type QueryResult,
} from 'kysely'
import pg from 'pg'
import type { Logger } from 'pino'
import { OndineError } from '../../errors/ondine-error.ts'

/** int8 (bigint, count) as a number: what is kept in them stays far below 2^53. */
const int8 = 20
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text'),
}

/** A pool of connections; a server that is away is `database.unreachable`, whenever it goes. */
export function postgresDialect(url: string, logger: Logger): Dialect {
  const address = new URL(url).host
  const config = {
    pool: async () => {
      const pool = new pg.Pool({ connectionString: url, max: 8, connectionTimeoutMillis: 10_000, types })
      // Without a listener an idle connection that dies would end the process; the next query opens another.
      pool.on('error', (error) => logger.warn({ reason: error.message }, 'database connection lost'))
      return pool
    },
  }
  return new (class extends PostgresDialect {
    override createDriver(): Driver {
      return new ReachableDriver(config, address)
    }
  })(config)
}

class ReachableDriver extends PostgresDriver {
  readonly #address: string
  readonly #watched = new WeakSet<DatabaseConnection>()

  constructor(config: ConstructorParameters<typeof PostgresDriver>[0], address: string) {
    super(config)
    this.#address = address
  }

  override async acquireConnection(): ReturnType<PostgresDriver['acquireConnection']> {
    const connection = await super.acquireConnection().catch((cause: unknown) => {
      throw isAway(cause) ? this.#unreachable(cause) : cause
    })
    if (!this.#watched.has(connection)) {
      this.#watched.add(connection)
      const execute = connection.executeQuery.bind(connection)
      connection.executeQuery = async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
        try {
          return await execute<R>({ ...query, parameters: query.parameters.map(withoutNul) })
        } catch (cause) {
          throw isAway(cause) ? this.#unreachable(cause) : cause
        }
      }
    }
    return connection
  }

  #unreachable(cause: unknown): OndineError {
    return new OndineError('database.unreachable', { address: this.#address, reason: messageOf(cause) }, { cause })
  }
}

/**
 * PostgreSQL's text holds every character but U+0000 and refuses the whole statement for it. A device's name or a codec's
 * complaint may contain one, and the same event would come again for ever.
 */
function withoutNul(parameter: unknown): unknown {
  return typeof parameter === 'string' ? parameter.replaceAll('\0', '\uFFFD') : parameter
}

/**
 * The server or the way to it is gone, refuses our name or has no place for us: SQLSTATE classes 08 and 28, 57P01 to 57P03,
 * 53300, 3D000; what has no SQLSTATE comes from the socket or the pool.
 */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const isState = error instanceof pg.DatabaseError
  return isState ? /^(08|28|57P0[123]|53300|3D000)/.test(code) : /^E[A-Z]+$/.test(code) || /connection|timeout/i.test(error.message)
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}
