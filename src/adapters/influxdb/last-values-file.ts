import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import type { SeriesTable } from './series.ts'

const headSchema = z.object({ version: z.literal(1), store: z.string(), generation: z.int() })
const seriesAtOnce = 2000

/**
 * The last values of a database, and beside them which devices wrote since: two files, so that after a crash only those
 * devices are asked for again. Nothing depends on them: without them, or when they cannot be read, the database is asked for all.
 */
export class LastValuesFile {
  readonly #folder: string
  readonly #store: string
  #generation = 0
  /** devices noted in each open log; while new values are being written there are two */
  #logs: { file: FileHandle; noted: Set<string> }[] = []
  #saving: Promise<void> | null = null

  constructor(folder: string, store: string) {
    this.#folder = folder
    this.#store = store
  }

  /** Fills the table with all that is certain, and tells the devices that are not; null: nothing is known. */
  async load(table: SeriesTable): Promise<Set<string> | null> {
    try {
      const [head = '', ...lines] = (await readFile(this.#values, 'utf8')).split('\n')
      const { store, generation } = headSchema.parse(JSON.parse(head))
      if (store !== this.#store || lines.pop() !== 'end') return null
      const touched = new Set((await readFile(this.#log(generation), 'utf8')).split('\n').filter((device) => device !== ''))
      let count = 0
      for (const line of lines) {
        takeLine(line, table, touched)
        if (++count % seriesAtOnce === 0) await nextTurn()
      }
      this.#generation = generation
      this.#logs = [{ file: await open(this.#log(generation), 'a', 0o600), noted: touched }]
      return new Set(touched)
    } catch {
      await this.drop()
      return null
    }
  }

  /** Notes devices durably, each once. */
  async touch(devices: readonly string[]): Promise<void> {
    for (const { file, noted } of this.#logs) {
      const fresh = devices.filter((device) => !noted.has(device))
      if (fresh.length === 0) continue
      for (const device of fresh) noted.add(device)
      try {
        await file.appendFile(`${[...new Set(fresh)].join('\n')}\n`)
        await file.datasync()
      } catch {
        // A full disk: what is kept would be wrong after a crash, so nothing is.
        await this.drop()
        return
      }
    }
  }

  /** Keeps all of the table but what is unknown of these devices. */
  save(table: SeriesTable, unknown: ReadonlySet<string>): Promise<void> {
    this.#saving ??= this.#save(table, unknown)
      .catch(() => this.drop())
      .finally(() => {
        this.#saving = null
      })
    return this.#saving
  }

  /** Takes the files away. */
  async drop(): Promise<void> {
    const logs = this.#logs.splice(0)
    await rm(this.#values, { force: true }).catch(() => {})
    for (const { file } of logs) await file.close().catch(() => {})
  }

  async close(): Promise<void> {
    await this.#saving
    for (const { file } of this.#logs.splice(0)) await file.close()
  }

  async #save(table: SeriesTable, unknown: ReadonlySet<string>): Promise<void> {
    const former = this.#logs[0]
    if (former !== undefined && former.noted.size === 0 && unknown.size === 0) return
    await mkdir(this.#folder, { recursive: true })
    const generation = this.#generation + 1
    const log = { file: await open(this.#log(generation), 'w', 0o600), noted: new Set<string>() }
    this.#logs.push(log)
    await this.touch([...unknown])
    const file = await open(`${this.#values}.new`, 'w', 0o600)
    try {
      await file.appendFile(`${JSON.stringify({ version: 1, store: this.#store, generation })}\n`)
      let text = ''
      let count = 0
      for (const { tenant, service, asset, device, channel, family, last } of table.all()) {
        const values = last.values().flatMap(({ name, value, time, flag }) => [name, value, time, flag])
        text += `${JSON.stringify([tenant, service, asset, device, channel, family, ...values])}\n`
        if (++count % seriesAtOnce > 0) continue
        await file.appendFile(text)
        text = ''
      }
      await file.appendFile(`${text}end`)
      await file.datasync()
    } finally {
      await file.close()
    }
    if (!this.#logs.includes(log)) return // dropped meanwhile
    await rename(`${this.#values}.new`, this.#values)
    this.#generation = generation
    this.#logs = [log]
    if (former === undefined) return
    await former.file.close()
    await rm(this.#log(generation - 1), { force: true })
  }

  get #values(): string {
    return join(this.#folder, 'last-values.ndjson')
  }

  #log(generation: number): string {
    return join(this.#folder, `last-values-touched-${generation}.txt`)
  }
}

const damaged = 'a line of the last values is damaged'

/** One series: its place, then name, value, time and flag of each value. A schema would take a second for a large fleet. */
function takeLine(line: string, table: SeriesTable, unless: ReadonlySet<string>): void {
  const cells: unknown = JSON.parse(line)
  if (!Array.isArray(cells)) throw new Error(damaged)
  const [tenant, service, asset, device, channel, family] = cells.slice(0, 6).map(textIn)
  if (tenant === undefined || service === undefined || asset === undefined) throw new Error(damaged)
  if (device === undefined || channel === undefined || family === undefined) throw new Error(damaged)
  if (unless.has(device)) return
  const series = table.findOrMake({ tenant, service, asset, device, channel, family })
  for (let at = 6; at < cells.length; at += 4) {
    const value: unknown = cells[at + 1]
    const time: unknown = cells[at + 2]
    const flag: unknown = cells[at + 3]
    if (typeof value !== 'number' && typeof value !== 'boolean' && typeof value !== 'string') throw new Error(damaged)
    if (typeof time !== 'number' || (flag !== null && typeof flag !== 'string')) throw new Error(damaged)
    series.last.putUnlessKnown({ name: textIn(cells[at]), value, time, flag })
  }
}

function textIn(cell: unknown): string {
  if (typeof cell !== 'string') throw new Error(damaged)
  return cell
}
