import { chmodSync } from 'node:fs'
import Database, { type Database as Connection } from 'better-sqlite3'

/**
 * An SQLite file for its owner's eyes: when somebody is at home shows in a water meter's index. The files of WAL take over these
 * rights. `prepare` makes its tables; where that throws, nothing stays open.
 */
export function openPrivateFile(file: string, prepare: (database: Connection, file: string) => void): Connection {
  const database = new Database(file)
  try {
    chmodSync(file, 0o600)
    prepare(database, file)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
