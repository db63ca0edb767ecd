import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { serverScope } from '../../../src/access/scope.ts'
import { Database, type DatabaseTarget } from '../../../src/adapters/sql/database.ts'
import { newId } from '../../../src/adapters/sql/new-id.ts'
import { SqlProvisioningStore } from '../../../src/adapters/sql/provisioning/sql-provisioning-store.ts'
import type { JournalLine } from '../../../src/provisioning/ports.ts'
import { euiAt, stepAt } from './journal-steps.ts'
import { inventoryOf, territory } from './territory.ts'

const steps = 700
/** lines it says before it is killed: within its first transactions, and further on */
const lives = [1, 37, 211]

/** `target`: of an empty database. */
export function journalKillSuite(target: () => Promise<DatabaseTarget>): void {
  test('kill -9 at any moment: what resolved is there with all that goes with it, what did not is not there by half', async () => {
    const where = await target()
    const database = await opened(where)
    await inventoryOf(database).seed(serverScope, territory)
    const store = new SqlProvisioningStore(database, { changed: async () => {} })
    const planned = Array.from({ length: steps }, (_, position) => stepAt(position))
    const asked = { action: 'apply', tenant: 'tours', subject: 'x', account: 'dsi', scope: serverScope, allOrNothing: false }
    const { id } = await store.createJob({ ...asked, id: newId(), createdAt: '2026-11-22T06:00:00.000Z' }, planned)
    const sealed = planned.map(({ key }) => ({ ...keyNameOf(key), sealed: 'sealed' }))
    await store.putSealedKeys(sealed, '2026-11-22T06:00:00.000Z')
    await database.stop()

    const begun = new Set<number>()
    const ended = new Set<number>()
    for (const most of [...lives, Number.POSITIVE_INFINITY]) {
      for (const [what, position] of await live(where, most)) (what === 'begun' ? begun : ended).add(position)
      const lines = await look(where, id)
      const inState = (...states: JournalLine['state'][]) =>
        lines.filter(({ state }) => states.includes(state)).map(({ position }) => position)
      expect([...begun].filter((position) => !inState('started', 'done').includes(position))).toEqual([])
      expect([...ended].filter((position) => !inState('done').includes(position))).toEqual([])
    }
    expect(ended.size).toBe(steps)
    expect((await look(where, id)).map(({ state }) => state)).toEqual(planned.map(() => 'done'))
  }, 240_000)
}

const keyNameOf = (devEui: string) => ({ devEui, fingerprint: `fingerprint of the keys of ${devEui}` })

async function opened(target: DatabaseTarget): Promise<Database> {
  const database = new Database(target, pino({ level: 'silent' }))
  await database.start()
  return database
}

/** What it said until it was killed, or until it had nothing left to do. */
async function live(target: DatabaseTarget, most: number): Promise<[string, number][]> {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'journal-child.ts'), JSON.stringify(target)])
  let [text, errors] = ['', '']
  child.stderr?.on('data', (data: Buffer) => {
    errors += data.toString()
  })
  child.stdout?.on('data', (data: Buffer) => {
    text += data.toString()
    if (text.split('\n').length > most) child.kill('SIGKILL')
  })
  const [code, signal] = await once(child, 'close')
  expect([code, signal], errors).toEqual(most === Number.POSITIVE_INFINITY ? [0, null] : [null, 'SIGKILL'])
  const lines = text.slice(0, text.lastIndexOf('\n')).split('\n')
  return lines.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])])
}

/** The journal; and that memory, inventory, sealed keys and counters say what it says. */
async function look(target: DatabaseTarget, jobId: string): Promise<readonly JournalLine[]> {
  const database = await opened(target)
  const store = new SqlProvisioningStore(database, { changed: async () => {} })
  const lines = await store.journal(jobId, { limit: steps })
  const done = lines.filter(({ state }) => state === 'done').map(({ position }) => euiAt(position))
  const all = lines.map(({ position }) => euiAt(position))
  const remembered = (await store.recall(all.map((key) => ({ kind: 'device', key })))).map(({ key }) => key)
  expect(remembered.sort()).toEqual(done)
  const rows = await database.db.selectFrom('device').select('dev_eui').where('serial', 'like', 'W1-%').orderBy('dev_eui').execute()
  expect(rows.map(({ dev_eui }) => dev_eui)).toEqual(done)
  expect((await store.sealedKeys(all.map(keyNameOf))).map(({ devEui }) => devEui).sort()).toEqual(
    all.filter((devEui) => !done.includes(devEui)),
  )
  expect(await store.job(serverScope, jobId)).toMatchObject({ total: steps, done: done.length, failed: 0 })
  await database.stop()
  return lines
}
