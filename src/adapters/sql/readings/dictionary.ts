import type { Database, Statement } from 'better-sqlite3'
import { quoted } from './layout.ts'

const cacheLimit = 300_000

/** Rows that are written once and then named by their number; the numbers in use are held in memory. */
export class Dictionary {
  readonly #find: Statement<(string | number)[], { id: number }>
  readonly #add: Statement<(string | number)[]>
  readonly #known = new Map<string, number>()

  constructor(database: Database, table: string, columns: readonly string[]) {
    const names = columns.map(quoted)
    this.#find = database.prepare(`select id from ${quoted(table)} where ${names.map((name) => `${name} = ?`).join(' and ')}`)
    this.#add = database.prepare(`insert into ${quoted(table)} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`)
  }

  /** The number of this row, which is added when new. */
  idOf(...row: (string | number)[]): number {
    const key = row.length === 1 ? String(row[0]) : row.join('\0')
    let id = this.#known.get(key)
    if (id !== undefined) return id
    id = this.#find.get(...row)?.id ?? Number(this.#add.run(...row).lastInsertRowid)
    if (this.#known.size >= cacheLimit) this.#known.clear()
    this.#known.set(key, id)
    return id
  }

  /** After a transaction that was rolled back: its numbers do not exist. */
  forget(): void {
    this.#known.clear()
  }
}
