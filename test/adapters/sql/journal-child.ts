/**
 * Carries out the steps of job 1 that are not done yet, eight at a time, and says on stdout what has resolved. It ends by being killed,
 * or when nothing is left to do.
 */
import { writeSync } from 'node:fs'
import { pino } from 'pino'
import { z } from 'zod'
import { serverScope } from '../../../src/access/scope.ts'
import { Database } from '../../../src/adapters/sql/database.ts'
import { SqlProvisioningStore } from '../../../src/adapters/sql/provisioning/sql-provisioning-store.ts'
import { SqlInventory } from '../../../src/adapters/sql/sql-inventory.ts'
import { endOf } from './journal-steps.ts'

const targetSchema = z.union([
  z.object({ kind: z.literal('sqlite'), file: z.string() }),
  z.object({ kind: z.literal('postgresql'), url: z.string() }),
])

const database = new Database(targetSchema.parse(JSON.parse(process.argv[2] ?? '')), pino({ level: 'silent' }))
await database.start()
const store = new SqlProvisioningStore(database, { changed: async () => {} })
const job = await store.job(serverScope, '1')
if (job === undefined) throw new Error('no job')
const { tenants } = await new SqlInventory(database).transaction((transaction) => transaction.holdings(['tours']))

const left: number[] = []
for (let from = 0; ; ) {
  const page = await store.journal(job.id, { states: ['waiting', 'started'], from, limit: 500 })
  left.push(...page.map(({ position }) => position))
  if (page.length < 500) break
  from = (page.at(-1)?.position ?? 0) + 1
}
const next = left.values()
await Promise.all(
  Array.from({ length: 8 }, async () => {
    for (const position of next) {
      await store.begin(job.id, [position])
      say('begun', position)
      await store.end([endOf(job.id, position, tenants[0]?.id ?? '')])
      say('ended', position)
    }
  }),
)
await database.stop()

/** At once: what is buffered dies with the process. */
function say(what: string, position: number): void {
  writeSync(1, `${what} ${position}\n`)
}
