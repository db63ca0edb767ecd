import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { OndineError } from '../../../errors/ondine-error.ts'
import { readingSchema } from '../../../readings/reading.ts'
import type { Replaced, ReplayJournal } from '../../../uplinks/replay/ports.ts'
import { type ReplayJob, replayJobSchema } from '../../../uplinks/replay/replay-job.ts'
import type { SqliteFrameArchive } from './sqlite-frame-archive.ts'

const row = z.object({
  ...{ id: z.number(), state: z.string(), request: z.string(), devices: z.string(), account: z.string(), tenant: z.string().nullable() },
  ...{ begun: z.string(), ended: z.string().nullable(), done: z.number(), total: z.number(), counts: z.string(), examples: z.string() },
  reason: z.string().nullable(),
})
const replacedSchema = z.object({ devices: z.array(z.string()), from: z.string(), to: z.string(), readings: z.array(readingSchema) })

/** The life of replays, in the file of the archive. */
export class SqliteReplayJournal implements ReplayJournal {
  readonly #archive: Pick<SqliteFrameArchive, 'connection' | 'talking'>

  /** `archive`: started before and stopped after. */
  constructor(archive: Pick<SqliteFrameArchive, 'connection' | 'talking'>) {
    this.#archive = archive
  }

  async begin(job: Omit<ReplayJob, 'number'>): Promise<ReplayJob> {
    return this.#with((database) =>
      database
        .transaction(() => {
          const busy = database.prepare<[], number>("select id from replay where state = 'running'").pluck().get()
          if (busy !== undefined) throw new OndineError('replay.busy', { number: busy })
          const { lastInsertRowid } = database
            .prepare(
              `insert into replay (state, request, devices, account, tenant, begun, ended, done, total, counts, examples, reason)
               values (@state, @request, @devices, @account, @tenant, @begun, @ended, @done, @total, @counts, @examples, @reason)`,
            )
            .run(toRow(job))
          return { ...job, number: Number(lastInsertRowid) }
        })
        .immediate(),
    )
  }

  async get(number: number): Promise<ReplayJob | undefined> {
    return this.#with((database) => {
      const found = database.prepare('select * from replay where id = ?').get(number)
      return found === undefined ? undefined : toJob(found)
    })
  }

  async list(limit: number): Promise<readonly ReplayJob[]> {
    return this.#with((database) => database.prepare('select * from replay order by id desc limit ?').all(limit).map(toJob))
  }

  async running(): Promise<ReplayJob | undefined> {
    return this.#with((database) => {
      // One that failed before it could write back is taken up again for that.
      const found = database
        .prepare("select * from replay where state = 'running' or id in (select replay from replaced) order by id")
        .get()
      return found === undefined ? undefined : toJob(found)
    })
  }

  async replace(number: number, replaced: Replaced): Promise<void> {
    this.#with((database) =>
      database.prepare('insert or replace into replaced (replay, readings) values (?, ?)').run(number, JSON.stringify(replaced)),
    )
  }

  async replaced(number: number): Promise<Replaced | undefined> {
    return this.#with((database) => {
      const text = database.prepare<number[], string>('select readings from replaced where replay = ?').pluck().get(number)
      return text === undefined ? undefined : replacedSchema.parse(JSON.parse(text))
    })
  }

  async progress(job: ReplayJob): Promise<void> {
    const { state, ended, done, counts, examples, reason } = toRow(job)
    this.#with((database) =>
      database.transaction(() => {
        database
          .prepare('update replay set state = ?, ended = ?, done = ?, counts = ?, examples = ?, reason = ? where id = ?')
          .run(state, ended, done, counts, examples, reason, job.number)
        database.prepare('delete from replaced where replay = ?').run(job.number)
      })(),
    )
  }

  #with<T>(work: (database: Database) => T): T {
    return this.#archive.talking(() => work(this.#archive.connection()))
  }
}

function toRow({
  state,
  request,
  devices,
  account,
  tenant,
  begunAt,
  endedAt,
  done,
  total,
  counts,
  examples,
  reason,
}: Omit<ReplayJob, 'number'>) {
  return {
    ...{ state, account, tenant, begun: begunAt, ended: endedAt, done, total, reason },
    ...{ request: JSON.stringify(request), devices: JSON.stringify(devices) },
    ...{ counts: JSON.stringify(counts), examples: JSON.stringify(examples) },
  }
}

function toJob(found: unknown): ReplayJob {
  const { id, request, devices, begun, ended, counts, examples, ...rest } = row.parse(found)
  return replayJobSchema.parse({
    ...{ ...rest, number: id, begunAt: begun, endedAt: ended },
    ...{ request: JSON.parse(request), devices: JSON.parse(devices), counts: JSON.parse(counts), examples: JSON.parse(examples) },
  })
}
