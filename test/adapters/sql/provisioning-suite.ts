import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Scope, serverScope } from '../../../src/access/scope.ts'
import type { Database } from '../../../src/adapters/sql/database.ts'
import { newId } from '../../../src/adapters/sql/new-id.ts'
import { SqlProvisioningStore } from '../../../src/adapters/sql/provisioning/sql-provisioning-store.ts'
import { SqlAuditTrail } from '../../../src/adapters/sql/sql-audit.ts'
import { SqlInventory } from '../../../src/adapters/sql/sql-inventory.ts'
import type { Device } from '../../../src/inventory/entities.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { noChanges } from '../../../src/inventory/ports.ts'
import { readKey } from '../../../src/lorawan/keys.ts'
import { KeyVault } from '../../../src/provisioning/keys/vault.ts'
import type { PlannedRow, Remembered, Step } from '../../../src/provisioning/plan/plan.ts'
import type { Job, JournalLine, KeyName, SavedPlan, StepEnd } from '../../../src/provisioning/ports.ts'
import { inventoryOf, meter, type OpenDatabase, territory } from './territory.ts'

const tours: Scope = { account: 'dsi', role: 'technician', tenant: 'tours', services: null, communes: null }
const blois: Scope = { ...tours, tenant: 'blois' }
const owner = '0195f3a0-0000-7000-8000-000000000001'
const at = (day: number) => `2026-11-${String(day).padStart(2, '0')}T06:00:00.000Z`
const eui = (index: number) => (0x0018b20000100000n + BigInt(index)).toString(16).padStart(16, '0')

export function provisioningSuite(open: OpenDatabase): void {
  let database: Database
  let inventory: Inventory
  let store: SqlProvisioningStore
  let changed: string[][]
  beforeEach(async () => {
    database = await open()
    inventory = inventoryOf(database)
    await inventory.seed(serverScope, territory)
    changed = []
    store = storeOf(async (devEuis) => void changed.push([...devEuis].sort()))
  })
  afterEach(() => database.stop())

  const storeOf = (told: (devEuis: readonly string[]) => Promise<void>) => new SqlProvisioningStore(database, { changed: told })
  const all = async (tenants: readonly string[] | null) => {
    const found: Remembered[] = []
    for await (const page of store.remembered(tenants)) found.push(...page)
    return found.sort((a, b) => (`${a.kind} ${a.key}` < `${b.kind} ${b.key}` ? -1 : 1))
  }
  const keysOf = async (names: readonly KeyName[]) =>
    [...(await store.sealedKeys(names))].sort((a, b) => (`${a.devEui} ${a.fingerprint}` < `${b.devEui} ${b.fingerprint}` ? -1 : 1))
  const jobOf = (fields: Partial<Job> = {}, steps: Parameters<SqlProvisioningStore['createJob']>[1] = [0, 1, 2].map(aStep)) => {
    const asked = { id: newId(), action: 'apply', tenant: 'tours', subject: 'x', account: 'dsi', scope: tours, allOrNothing: false }
    return store.createJob({ ...asked, createdAt: at(22), ...fields }, steps)
  }
  const states = async (job: Job) => (await store.journal(job.id, { limit: 100 })).map(({ state }) => state)
  const counters = async ({ id }: Job) => {
    const job = await store.job(serverScope, id)
    return [job?.total, job?.done, job?.failed]
  }

  describe('memory', () => {
    test('what was written comes back as it was, by tenant and by name, and is written over and forgotten', async () => {
      const application = aMemory({ kind: 'application', key: 'tours/water', networkId: newId(), owner: null, keys: null, updatedAt: null })
      const device = aMemory({ key: meter, written: { name: 'é\u0001"', tags: { a: 'b' }, list: [1, null, { deep: true }], none: null } })
      const elsewhere = aMemory({ key: eui(1), tenant: 'blois' })
      await store.remember([device, application, elsewhere])
      expect(await all(null)).toEqual([application, elsewhere, device])
      expect(await all(['tours'])).toEqual([application, device])
      expect(await all(['blois', 'nowhere'])).toEqual([elsewhere])
      expect(await all([])).toEqual([])
      expect(await store.recall([{ kind: 'application', key: 'tours/water' }])).toEqual([application])
      expect(await store.recall([{ kind: 'profile', key: meter }])).toEqual([])

      const moved = { ...device, tenant: 'blois', owner: null, keys: null, updatedAt: null, written: {} }
      await store.remember([device, moved], [elsewhere])
      expect(await all(null)).toEqual([application, moved])
      expect(await all(['blois'])).toEqual([moved])
    })

    test('is settled where its content is still what was looked at, and nothing else of it is written', async () => {
      const [same, rewritten] = [aMemory({ key: eui(1) }), aMemory({ key: eui(2) })]
      const rekeyed = { ...same, keys: 'other keys', owner: null }
      const newer = { ...rewritten, fingerprint: 'newer' }
      await store.remember([rekeyed, newer])
      await store.settle([same, rewritten, aMemory({ key: eui(3) })].map((entry) => ({ ...entry, updatedAt: at(23) })))
      expect(await all(null)).toEqual([{ ...rekeyed, updatedAt: at(23) }, newer])
      await store.settle([])
    })

    test('is amended where it is still as it was read, and what a step wrote meanwhile stays', async () => {
      const [same, rewritten, rekeyed, gone] = [1, 2, 3, 4].map((index) => aMemory({ key: eui(index) })) as [
        Remembered,
        Remembered,
        Remembered,
        Remembered,
      ]
      const now = [
        { ...same, owner: null, tenant: 'blois' },
        { ...rewritten, fingerprint: 'newer' },
        { ...rekeyed, keys: 'newer' },
      ]
      await store.remember([...now, gone])
      const amended = (before: Remembered) => ({
        before,
        after: { ...before, fingerprint: 'amended', keys: null, updatedAt: at(23), written: { a: 1 } },
      })
      expect(
        await store.amend([...[same, rewritten, rekeyed].map(amended), { before: gone, after: null }, amended(aMemory({ key: eui(5) }))]),
      ).toBe(2)
      expect(await all(null)).toEqual([
        { ...now[0], fingerprint: 'amended', keys: null, updatedAt: at(23), written: { a: 1 } },
        now[1],
        now[2],
      ])
      const without = { ...now[0], fingerprint: 'amended', keys: null } as Remembered
      expect(await store.amend([{ before: without, after: null }])).toBe(1)
      expect(await store.amend([])).toBe(0)
    })

    test('more than a page of it comes each once', async () => {
      const entries = Array.from({ length: 2_345 }, (_, index) => aMemory({ key: eui(index), tenant: index % 7 === 0 ? 'blois' : 'tours' }))
      await store.remember(entries)
      expect((await all(null)).map(({ key }) => key)).toEqual(entries.map(({ key }) => key))
      expect((await all(['tours', 'blois', 'tours'])).map(({ key }) => key)).toEqual(entries.map(({ key }) => key))
      expect((await store.recall(entries)).length).toBe(entries.length)
      await store.remember([], entries)
      expect(await all(null)).toEqual([])
    })
  })

  describe('sealed keys', () => {
    const clear = 'd4c3b2a1908f7e6d5c4b3a2918070605'

    test('those of another plan stay, and of one fingerprint the last sealed counts', async () => {
      await store.putSealedKeys([aKey(1, 'old'), aKey(2)], at(1))
      await store.putSealedKeys([aKey(1, 'new', 'first'), aKey(1, 'new', 'last')], at(2))
      const asked = [aKey(1, 'old'), aKey(1, 'new'), aKey(1, 'other'), aKey(2), aKey(3)]
      expect(await keysOf(asked)).toEqual([aKey(1, 'new', 'last'), aKey(1, 'old'), aKey(2)])
      expect(await keysOf([])).toEqual([])
      const many = Array.from({ length: 2_345 }, (_, index) => aKey(index))
      await store.putSealedKeys(many, at(3))
      expect(await keysOf(many)).toEqual(many)
    })

    test('no key is in clear in any table', async () => {
      const vault = new KeyVault(Buffer.alloc(32, 7))
      const key = readKey(clear)
      const sealed = vault.seal(meter, { appKey: key! })
      await store.putSealedKeys([{ devEui: meter, fingerprint: 'print', sealed }], at(1))
      await store.savePlan(aPlan([aStep(0)]))
      const tables = ['sealed_key', 'memory', 'plan', 'plan_row', 'step', 'job', 'journal'] as const
      const held: unknown[] = []
      for (const table of tables) held.push(await database.db.selectFrom(`provisioning_${table}`).selectAll().execute())
      const bytes = Buffer.from(clear, 'hex')
      const text = JSON.stringify(held).toLowerCase()
      expect(text).toContain(sealed.toLowerCase())
      const forms = [clear, bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('latin1')]
      for (const form of forms) expect(text).not.toContain(form.toLowerCase())
      expect(vault.open(meter, (await store.sealedKeys([{ devEui: meter, fingerprint: 'print' }]))[0]!.sealed).appKey?.revealHex()).toBe(
        clear,
      )
    })

    test('go with the step that has written them, newer ones of the device stay', async () => {
      const job = await jobOf()
      await store.putSealedKeys([aKey(1, 'written'), aKey(2, 'newer')], at(1))
      const dropKeys = [1, 2, 3].map((index) => ({ devEui: eui(index), fingerprint: 'written' }))
      await store.end([anEnd(job, 0, { dropKeys })])
      expect(await keysOf([aKey(1, 'written'), aKey(2, 'newer')])).toEqual([aKey(2, 'newer')])
    })

    test('are dropped by age, but for those of a newer plan, and of a job that goes on or ended since', async () => {
      const needs = (index: number) => aPlan([aStep(index)], { createdAt: at(1) })
      const plans = { forgotten: needs(1), running: needs(2), endedSince: needs(3), endedBefore: needs(4), failedSince: needs(5) }
      for (const plan of Object.values(plans)) await store.savePlan(plan)
      await store.savePlan(aPlan([aStep(6)], { createdAt: at(12) }))
      await store.putSealedKeys(
        // Of a device of a newer plan those go that it does not need.
        [...[1, 2, 3, 4, 5, 6, 7].map((index) => aKey(index)), aKey(6, 'older')],
        at(1),
      )
      await store.putSealedKeys([aKey(8)], at(12))
      const ended = async (plan: SavedPlan, state: Job['state'], time: string) =>
        store.setJobState((await jobOf({}, { plan: plan.id })).id, state, time)
      await ended(plans.running, 'running', at(1))
      await ended(plans.endedSince, 'done', at(11))
      await ended(plans.endedBefore, 'stopped', at(9))
      await ended(plans.failedSince, 'failed', at(10))
      await store.dropPlansBefore(at(10))
      expect(await keysOf([0, 1, 2, 3, 4, 5, 6, 7, 8].map((index) => aKey(index)))).toEqual([2, 3, 5, 6, 8].map((index) => aKey(index)))
      expect(await keysOf([aKey(6, 'older')])).toEqual([])
    })
  })

  describe('plans', () => {
    test('a plan of many steps and rows comes back by pages, with counts', async () => {
      const steps = Array.from({ length: 1_234 }, (_, index) => aStep(index))
      const rows = Array.from({ length: 2_345 }, (_, index) =>
        aRow(index, index < 1_234 ? 'create' : index % 2 === 0 ? 'unchanged' : 'refused'),
      )
      const saved = aPlan(steps, { rows })
      await store.savePlan(saved)
      const { plan, ...head } = saved
      expect(await store.plan(serverScope, saved.id)).toEqual({
        ...head,
        ...{ owner: plan.owner, basis: plan.basis, guards: plan.guards, others: plan.others, steps: 1_234, rows: 2_345 },
        counts: expect.arrayContaining([
          { kind: 'device', outcome: 'create', count: 1_234 },
          { kind: 'device', outcome: 'unchanged', count: 556 },
          { kind: 'device', outcome: 'refused', count: 555 },
        ]),
      })
      const paged: PlannedRow[] = []
      for (let from = 0; ; ) {
        const page = await store.rows(saved.id, { from, limit: 1_000 })
        paged.push(...page.map(({ row }) => row))
        expect(page.every(({ step }) => step === null)).toBe(true)
        if (page.length < 1_000) break
        from = page.at(-1)!.position + 1
      }
      expect(paged).toEqual(rows)
      const refused = await store.rows(saved.id, { outcomes: ['refused', 'superseded'], from: 2_000, limit: 3 })
      expect(refused.map(({ position }) => position)).toEqual([2_001, 2_003, 2_005])
      expect(await store.rows(saved.id, { outcomes: [], limit: 3 })).toEqual([])

      const job = await jobOf({}, { plan: saved.id })
      const lines: Step[] = []
      for (let from = 0; from < steps.length; from = lines.length) {
        lines.push(...(await store.journal(job.id, { from, limit: 1_000 })).map(({ step }) => step))
      }
      expect(lines).toEqual(steps)
    })

    test('rows tell what became of their step in a job', async () => {
      const rows = [aRow(7, 'unchanged'), aRow(1, 'create'), aRow(1, 'refused'), aRow(0, 'create'), aRow(2, 'change')]
      const saved = aPlan([0, 1, 2].map(aStep), { rows })
      await store.savePlan(saved)
      const job = await jobOf({}, { plan: saved.id })
      await store.begin(job.id, [0, 1])
      const problem = { code: 'chirpstack.refused', text: 'no' }
      await store.end([anEnd(job, 1, { state: 'failed', problem })])
      expect((await store.rows(saved.id, { job: job.id, limit: 10 })).map(({ step }) => step)).toEqual([
        null,
        { position: 1, state: 'failed', problem },
        null,
        { position: 0, state: 'started', problem: null },
        { position: 2, state: 'waiting', problem: null },
      ])
    })

    test('are seen by who sees all of their tenants; those whom services or communes restrict see their own', async () => {
      const ofTours = aPlan([aStep(0)])
      const ofBoth = aPlan([aStep(0)], { tenants: ['tours', 'blois'] })
      await store.savePlan(ofTours)
      await store.savePlan(ofBoth)
      const sees = async (scope: Scope) => [
        (await store.plan(scope, ofTours.id)) !== undefined,
        (await store.plan(scope, ofBoth.id)) !== undefined,
      ]
      expect(await sees(serverScope)).toEqual([true, true])
      expect(await sees(tours)).toEqual([true, false])
      expect(await sees(blois)).toEqual([false, false])
      expect(await sees({ ...tours, services: ['water'] })).toEqual([true, false])
      expect(await sees({ ...tours, account: 'other', services: ['water'] })).toEqual([false, false])
      expect(await sees({ ...tours, account: 'other', communes: ['37261'] })).toEqual([false, false])
    })

    test('old ones that no job is of are dropped, whole', async () => {
      const [old, used, young] = [
        aPlan([0, 1].map(aStep), { createdAt: at(1) }),
        aPlan([aStep(0)], { createdAt: at(1) }),
        aPlan([aStep(0)]),
      ]
      const large = aPlan(
        Array.from({ length: 2_100 }, (_, index) => aStep(index)),
        { createdAt: at(1) },
      )
      for (const plan of [old, used, young, large]) await store.savePlan(plan)
      const job = await jobOf({}, { plan: used.id })
      await store.setJobState(job.id, 'done', at(2))
      await store.dropPlansBefore(at(10))
      const found = await Promise.all([old, used, young, large].map(async ({ id }) => (await store.plan(serverScope, id)) !== undefined))
      expect(found).toEqual([false, true, true, false])
      expect(await store.rows(used.id, { limit: 10 })).toHaveLength(1)
      expect(await store.rows(old.id, { limit: 10 })).toEqual([])
      expect(await states(job)).toEqual(['waiting'])
      const left = await database.db.selectFrom('provisioning_step').select('list_id').distinct().execute()
      expect(left.map(({ list_id }) => list_id).sort()).toEqual([used.id, young.id].sort())
      await expect(jobOf({}, { plan: old.id })).rejects.toMatchObject({ code: 'provisioning.plan-unknown' })
    })

    test('one that a crash left half written is no plan, and is swept up', async () => {
      const half = aPlan([aStep(0)], { createdAt: at(1) })
      await store.savePlan(half)
      await database.db.updateTable('provisioning_plan').set({ complete: 0 }).execute()
      expect(await store.plan(serverScope, half.id)).toBeUndefined()
      await expect(jobOf({}, { plan: half.id })).rejects.toMatchObject({ code: 'provisioning.plan-unknown' })
      await store.dropPlansBefore(at(10))
      expect(await database.db.selectFrom('provisioning_plan_row').selectAll().execute()).toEqual([])
    })
  })

  describe('jobs', () => {
    test('have numbers that people can say, and are listed newest first to those who see them', async () => {
      const first = await jobOf()
      const second = await jobOf({ tenant: null, action: 'swap', allOrNothing: true })
      const third = await jobOf({ tenant: 'blois', account: 'other' })
      expect([first, second, third].map(({ number }) => number)).toEqual([1, 2, 3])
      expect(first).toMatchObject({ state: 'waiting', total: 3, done: 0, failed: 0, scope: tours, startedAt: null, endedAt: null })
      expect(await store.job(serverScope, '2')).toEqual(second)
      expect(await store.job(serverScope, second.id)).toEqual(second)
      for (const none of ['4', '02147483648', '99999999999999999999', newId(), '', 'x'])
        expect(await store.job(serverScope, none)).toBeUndefined()
      const numbers = async (scope: Scope, query: Partial<Parameters<typeof store.jobs>[1]> = {}) =>
        (await store.jobs(scope, { limit: 10, ...query })).map(({ number }) => number)
      expect(await numbers(serverScope)).toEqual([3, 2, 1])
      expect(await numbers(serverScope, { limit: 2 })).toEqual([3, 2])
      expect(await numbers(serverScope, { before: 2 })).toEqual([1])
      expect(await numbers(tours)).toEqual([1])
      expect(await numbers(blois)).toEqual([3])
      expect(await numbers({ ...tours, services: ['water'] })).toEqual([1])
      expect(await numbers({ ...tours, account: 'other', services: ['water'] })).toEqual([])
      expect(await store.job(blois, '1')).toBeUndefined()
      expect(await store.job(blois, first.id)).toBeUndefined()
      await store.setJobState(first.id, 'running', at(22))
      expect(await numbers(serverScope, { states: ['running'] })).toEqual([1])
      expect(await numbers(serverScope, { states: [] })).toEqual([])
    })

    test('say when they were begun first and when they ended', async () => {
      const { id } = await jobOf()
      const times = async (state: Job['state'], day: number) => {
        await store.setJobState(id, state, at(day))
        const job = await store.job(serverScope, id)
        return [job?.state, job?.startedAt, job?.endedAt]
      }
      expect(await times('running', 1)).toEqual(['running', at(1), null])
      expect(await times('stopping', 2)).toEqual(['stopping', at(1), null])
      expect(await times('stopped', 3)).toEqual(['stopped', at(1), at(3)])
      expect(await times('running', 4)).toEqual(['running', at(1), null])
      expect(await times('done', 5)).toEqual(['done', at(1), at(5)])
    })

    test('taken up again they try what failed until they end, whatever restarts in between', async () => {
      const { id } = await jobOf()
      const again = async (state: Job['state']) => {
        await store.setJobState(id, state, at(1))
        return (await store.job(serverScope, id))?.again
      }
      expect((await store.job(serverScope, id))?.again).toBe(false)
      expect(await again('running')).toBe(false)
      expect(await again('failed')).toBe(false)
      expect(await again('waiting')).toBe(true)
      expect(await again('running')).toBe(true)
      expect(await again('stopping')).toBe(true)
      expect(await again('stopped')).toBe(false)
    })

    test('several at once have numbers of their own', async () => {
      const jobs = await Promise.all(Array.from({ length: 10 }, () => jobOf()))
      expect(jobs.map(({ number }) => number).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    })
  })

  describe('journal', () => {
    test('a step waits, is begun, ends; one that failed is begun again; each counts once', async () => {
      const job = await jobOf()
      const line = async (position: number): Promise<Partial<JournalLine>> => {
        const { step: _, ...rest } = (await store.journal(job.id, { from: position, limit: 1 }))[0]!
        return rest
      }
      expect(await line(1)).toEqual({ jobId: job.id, position: 1, state: 'waiting', attempts: 0, problem: null })
      await store.begin(job.id, [0, 1])
      expect(await line(1)).toMatchObject({ state: 'started', attempts: 1 })
      const problem = { code: 'chirpstack.unreachable', text: 'away' }
      await store.end([anEnd(job, 0), anEnd(job, 1, { state: 'failed', problem })])
      expect(await line(1)).toMatchObject({ state: 'failed', attempts: 1, problem })
      expect(await counters(job)).toEqual([3, 1, 1])
      await store.begin(job.id, [1])
      expect(await line(1)).toMatchObject({ state: 'started', attempts: 2, problem: null })
      expect(await counters(job)).toEqual([3, 1, 0])
      await store.end([anEnd(job, 1)])
      await store.end([anEnd(job, 1), anEnd(job, 0)])
      expect(await counters(job)).toEqual([3, 2, 0])
      expect(await states(job)).toEqual(['done', 'done', 'waiting'])
    })

    test('is asked for by state and from a position on', async () => {
      const job = await jobOf(
        {},
        Array.from({ length: 8 }, (_, index) => aStep(index)),
      )
      await store.begin(job.id, [0, 1, 2, 3, 4, 5])
      await store.end([anEnd(job, 0), anEnd(job, 1, { state: 'failed' }), anEnd(job, 2), anEnd(job, 4, { state: 'failed' })])
      const positions = async (query: Partial<Parameters<typeof store.journal>[1]>) =>
        (await store.journal(job.id, { limit: 100, ...query })).map(({ position }) => position)
      expect(await positions({ states: ['failed'] })).toEqual([1, 4])
      expect(await positions({ states: ['failed'], from: 2 })).toEqual([4])
      expect(await positions({ states: ['waiting', 'started'] })).toEqual([3, 5, 6, 7])
      expect(await positions({ states: ['waiting', 'started'], from: 4, limit: 2 })).toEqual([5, 6])
      expect(await positions({ states: ['waiting'] })).toEqual([6, 7])
      expect(await positions({ states: ['done', 'failed'] })).toEqual([0, 1, 2, 4])
      expect(await positions({ states: [] })).toEqual([])
      expect(await positions({})).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
      expect(await store.journal(newId(), { limit: 10 })).toEqual([])
    })

    test('tells what is still to be done to some devices, and what is of none', async () => {
      const tenant: Step = {
        kind: 'tenant',
        action: 'create-tenant',
        key: 'tours',
        source: null,
        wanted: { slug: 'tours', name: 'T', timeZone: 'UTC' },
      }
      const steps = [tenant, ...[0, 1, 2, 3].map(aStep), anInstallation(3)]
      const job = await jobOf({}, steps)
      const open = async (...indexes: number[]) =>
        (await store.openSteps(job.id, indexes.map(eui))).map((step) => steps.findIndex(({ key }) => key === step.key)).sort()
      expect(await open(1, 3, 9)).toEqual([0, 2, 4, 5])
      expect(await open()).toEqual([0])
      await store.begin(job.id, [0, 2, 4])
      await store.end([anEnd(job, 0), anEnd(job, 4, { state: 'failed' })])
      expect(await open(1, 3)).toEqual([2, 5])
      await store.setJobState(job.id, 'waiting', at(1))
      expect(await open(1, 3)).toEqual([2, 4, 5])
      expect(await store.openSteps(newId(), [eui(1)])).toEqual([])
    })

    test('with the end of a step goes what is remembered, what is forgotten and the inventory, and the directory is told', async () => {
      const job = await jobOf()
      const known = aMemory({ key: eui(9) })
      await store.remember([known])
      const [first, second] = [await aDevice(0), await aDevice(1)]
      const audit = [{ time: at(22), account: 'dsi', tenant: 'tours', action: 'device.add', object: eui(0), before: null, after: null }]
      const remember = [aMemory({ key: eui(0) }), aMemory({ key: eui(1) })]
      // Each of the two writes the other's row too, as two devices of a service that is new do with the service.
      await Promise.all([
        store.end([anEnd(job, 0, { remember, forget: [known], inventory: { ...noChanges, devices: [first, second], audit } })]),
        store.end([anEnd(job, 1, { remember, inventory: { ...noChanges, devices: [first, { ...second, name: 'last' }] } })]),
      ])
      expect(await all(['tours'])).toEqual(remember)
      expect((await inventory.devices(tours, { limit: 100, serial: 'S-1' })).items).toMatchObject([{ devEui: eui(1), name: 'last' }])
      expect(await new SqlAuditTrail(database).list(tours, { object: eui(0), limit: 10 })).toEqual(audit)
      expect(changed).toEqual([[eui(0), eui(1)]])
    })

    test('one that cannot be written takes none of those with it that wait beside it, and leaves nothing', async () => {
      const job = await jobOf()
      const orphan = { ...(await aDevice(1)), tenantId: newId() }
      const results = await Promise.allSettled([
        store.end([anEnd(job, 0, { remember: [aMemory({ key: eui(0) })] })]),
        store.end([anEnd(job, 1, { remember: [aMemory({ key: eui(1) })], inventory: { ...noChanges, devices: [orphan] } })]),
        store.end([anEnd(job, 2, { state: 'failed' })]),
        store.begin(newId(), [0]),
      ])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
      expect(await states(job)).toEqual(['done', 'waiting', 'failed'])
      expect(await counters(job)).toEqual([3, 1, 1])
      expect((await all(null)).map(({ key }) => key)).toEqual([eui(0)])
    })

    test('what is written is not called lost because the directory could not be told', async () => {
      const job = await jobOf()
      const deaf = storeOf(() => Promise.reject(new Error('the directory is away')))
      await deaf.end([anEnd(job, 0, { inventory: { ...noChanges, devices: [await aDevice(0)] } })])
      expect(await states(job)).toEqual(['done', 'waiting', 'waiting'])
    })

    test('steps of several jobs begin and end at once', async () => {
      const steps = Array.from({ length: 60 }, (_, index) => aStep(index))
      const jobs = await Promise.all([jobOf({}, steps), jobOf({}, steps)])
      const run = async (job: Job, position: number) => {
        await store.begin(job.id, [position])
        const state = position % 10 === 0 ? 'failed' : 'done'
        await store.end([anEnd(job, position, { state, remember: [aMemory({ key: eui(position) })] })])
      }
      await Promise.all(jobs.flatMap((job) => steps.map((_, position) => run(job, position))))
      for (const job of jobs) expect(await counters(job)).toEqual([60, 54, 6])
      expect(await all(null)).toHaveLength(60)
      await store.begin(jobs[0].id, [])
      await store.end([])
    })
  })

  async function aDevice(index: number): Promise<Device> {
    const { tenants } = await new SqlInventory(database).transaction((transaction) => transaction.holdings(['tours']))
    const of = { tenantId: tenants[0]!.id, serviceId: null, model: null, firmware: null }
    return { ...of, devEui: eui(index), name: `meter ${index}`, serial: `S-${index}`, status: 'in stock' }
  }
}

function aKey(index: number, fingerprint = 'print', sealed = `sealed ${fingerprint}`) {
  return { devEui: eui(index), fingerprint, sealed }
}

function aMemory(fields: Partial<Remembered>): Remembered {
  const key = fields.key ?? eui(0)
  const common = { kind: 'device', tenant: 'tours', networkId: key, owner, fingerprint: 'f', keys: 'k', updatedAt: at(22) } as const
  return { ...common, key, written: { name: key }, ...fields }
}

function aStep(index: number): Step {
  const source = { file: 'water/devices.csv', line: index + 2 }
  const names = { tenant: 'tours', service: 'water', model: 'axioma/qalcosonic-w1', serial: `S-${index}`, name: '' }
  const wanted = { ...names, source, devEui: eui(index), joinEui: null, tags: {} }
  return { kind: 'device', action: 'create-device', key: eui(index), source, wanted, keys: 'print' }
}

function anInstallation(index: number): Step {
  const source = { file: 'water/installations.csv', line: index + 2 }
  const where = { tenant: 'tours', service: 'water', devEui: eui(index), serial: null, channel: 'main', asset: 'A', assetName: null }
  const none = { startIndex: null, equipment: null, site: null, commune: null, latitude: null, longitude: null }
  const wanted = { ...where, ...none, source, from: at(1), parameters: {} }
  return { kind: 'installation', action: 'install', key: `tours/${eui(index)}/main`, source, wanted, changes: [] }
}

function aRow(index: number, outcome: PlannedRow['outcome']): PlannedRow {
  const reason = outcome === 'refused' ? 'twice' : null
  return { kind: 'device', key: eui(index), source: { file: 'water/devices.csv', line: index + 2 }, outcome, reason, facts: { name: 'é' } }
}

function aPlan(steps: readonly Step[], fields: Partial<SavedPlan> & { rows?: PlannedRow[] } = {}): SavedPlan {
  const { rows = steps.map((_, index) => aRow(index, 'create')), ...head } = fields
  const guards = [{ application: 'tours/water', has: 100, deletes: 6, rekeys: 0 }]
  const others = [{ owner: '0195f3a0-0000-7000-8000-000000000002', objects: 3 }]
  const plan = { owner, basis: 'digest', steps: [...steps], rows, guards, others }
  return { id: newId(), createdAt: at(22), account: 'dsi', tenants: ['tours'], plan, ...head }
}

function anEnd(job: Job, position: number, fields: Partial<StepEnd> = {}): StepEnd {
  const nothing = { problem: null, remember: [], forget: [], inventory: null, dropKeys: [] }
  return { jobId: job.id, position, state: 'done', ...nothing, ...fields }
}
