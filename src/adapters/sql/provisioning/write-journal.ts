import { sql, type Transaction } from 'kysely'
import type { InventoryChanges } from '../../../inventory/ports.ts'
import { memoryKey } from '../../../provisioning/plan/world.ts'
import type { ObjectName, StepEnd, StepState } from '../../../provisioning/ports.ts'
import { chunks } from '../rows.ts'
import type { Schema } from '../schema.ts'
import { SqlInventoryTransaction } from '../sql-inventory-transaction.ts'
import { dropKeys } from './keys.ts'
import { forget, remember } from './memory.ts'

type Trx = Transaction<Schema>

export interface StepBegin {
  jobId: string
  position: number
}

/** Of one transaction; in each a step once, its end after its beginning. */
export interface JournalEntries {
  begins: readonly StepBegin[]
  ends: readonly StepEnd[]
}

/** The steps begin, end, are counted, and what they did is remembered. Gives the devices that the inventory now has otherwise. */
export async function writeJournal(trx: Trx, { begins, ends }: JournalEntries): Promise<readonly string[]> {
  await count(trx, { begins, ends })
  await writeBegins(trx, begins)
  await writeEnds(trx, ends)
  await writeMemory(trx, ends)
  await dropKeys(
    trx,
    ends.flatMap((end) => end.dropKeys),
  )
  const changes = merged(ends.flatMap(({ inventory }) => (inventory === null ? [] : [inventory])))
  await new SqlInventoryTransaction(trx).apply(changes)
  const { devices, declared, retired, assignments } = changes
  return [...new Set([...devices, ...declared, ...retired, ...assignments].map(({ devEui }) => devEui))]
}

/** Before they are written: a step that failed and is begun again is none of the failed any more, and none is counted twice. */
async function count(trx: Trx, { begins, ends }: JournalEntries): Promise<void> {
  const jobs = new Map<string, Map<number, StepState>>()
  const after = (jobId: string, position: number, state: StepState) => {
    const states = jobs.get(jobId) ?? new Map<number, StepState>()
    jobs.set(jobId, states.set(position, state))
  }
  for (const { jobId, position } of begins) after(jobId, position, 'started')
  for (const { jobId, position, state } of ends) after(jobId, position, state)
  // In one order of jobs, so that two processes that write at once cannot wait for each other in a ring.
  for (const [jobId, states] of [...jobs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const before: string[] = []
    for (const part of chunks([...states.keys()])) {
      const rows = trx.selectFrom('provisioning_journal').select('state').where('job_id', '=', jobId).where('position', 'in', part)
      before.push(...(await rows.execute()).map(({ state }) => state))
    }
    const more = (state: StepState) => of([...states.values()], state) - of(before, state)
    const [done, failed] = [more('done'), more('failed')]
    if (done === 0 && failed === 0) continue
    await trx
      .updateTable('provisioning_job')
      .set({ done: sql<number>`done + ${sql.lit(done)}`, failed: sql<number>`failed + ${sql.lit(failed)}` })
      .where('id', '=', jobId)
      .execute()
  }
}

function of(states: readonly string[], state: StepState): number {
  return states.filter((one) => one === state).length
}

async function writeBegins(trx: Trx, begins: readonly StepBegin[]): Promise<void> {
  for (const part of chunks(begins)) {
    await trx
      .insertInto('provisioning_journal')
      .values(part.map(({ jobId, position }) => ({ job_id: jobId, position, state: 'started', attempts: 1, problem: null })))
      .onConflict((on) =>
        on
          .columns(['job_id', 'position'])
          .doUpdateSet({ state: 'started', attempts: sql<number>`provisioning_journal.attempts + 1`, problem: null }),
      )
      .execute()
  }
}

async function writeEnds(trx: Trx, ends: readonly StepEnd[]): Promise<void> {
  for (const part of chunks(ends)) {
    const rows = part.map(({ jobId, position, state, problem }) => {
      return { job_id: jobId, position, state, attempts: 1, problem: problem === null ? null : JSON.stringify(problem) }
    })
    const set = { state: sql<string>`excluded.state`, problem: sql<string | null>`excluded.problem` }
    await trx
      .insertInto('provisioning_journal')
      .values(rows)
      .onConflict((on) => on.columns(['job_id', 'position']).doUpdateSet(set))
      .execute()
  }
}

/** What an object was last, of several steps that had to do with it. */
async function writeMemory(trx: Trx, ends: readonly StepEnd[]): Promise<void> {
  const entries = new Map<string, StepEnd['remember'][number]>()
  const gone = new Map<string, ObjectName>()
  for (const end of ends) {
    for (const name of end.forget) {
      entries.delete(memoryKey(name.kind, name.key))
      gone.set(memoryKey(name.kind, name.key), name)
    }
    for (const entry of end.remember) {
      gone.delete(memoryKey(entry.kind, entry.key))
      entries.set(memoryKey(entry.kind, entry.key), entry)
    }
  }
  await forget(trx, [...gone.values()])
  await remember(trx, [...entries.values()])
}

/** A row that several steps write is written once, as the last of them has it: PostgreSQL takes no row twice in a statement. */
function merged(all: readonly InventoryChanges[]): InventoryChanges {
  return {
    tenants: last(
      all.flatMap(({ tenants }) => tenants),
      ({ id }) => id,
    ),
    services: last(
      all.flatMap(({ services }) => services),
      ({ id }) => id,
    ),
    sites: last(
      all.flatMap(({ sites }) => sites),
      ({ id }) => id,
    ),
    assets: last(
      all.flatMap(({ assets }) => assets),
      ({ id }) => id,
    ),
    equipment: last(
      all.flatMap(({ equipment }) => equipment),
      ({ id }) => id,
    ),
    devices: last(
      all.flatMap(({ devices }) => devices),
      ({ devEui }) => devEui,
    ),
    declared: last(
      all.flatMap(({ declared }) => declared),
      ({ devEui }) => devEui,
    ),
    retired: all.flatMap(({ retired }) => retired),
    gateways: last(
      all.flatMap(({ gateways }) => gateways),
      ({ gatewayId }) => gatewayId,
    ),
    removedGateways: all.flatMap(({ removedGateways }) => removedGateways),
    assignments: last(
      all.flatMap(({ assignments }) => assignments),
      ({ id }) => id,
    ),
    audit: all.flatMap(({ audit }) => audit),
  }
}

function last<T>(rows: readonly T[], key: (row: T) => string): readonly T[] {
  return [...new Map(rows.map((row) => [key(row), row])).values()]
}
