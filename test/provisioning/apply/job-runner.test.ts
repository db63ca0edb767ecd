import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { serverScope } from '../../../src/access/scope.ts'
import { OndineError } from '../../../src/errors/ondine-error.ts'
import type { Progress } from '../../../src/provisioning/apply/job-runner.ts'
import { noRows } from '../../../src/provisioning/life/steps.ts'
import type { Step } from '../../../src/provisioning/plan/plan.ts'
import { ApplyFixture, devEuiOf, newJob } from '../../support/apply-fixture.ts'

const some = (fixture: ApplyFixture, count: number) => Array.from({ length: count }, (_, index) => fixture.device(index))

describe('a step that fails', () => {
  test('does not stop the others; what depends on it fails with its reason and without a call', async () => {
    const fixture = new ApplyFixture()
    fixture.network.fault = (method, subject) => (method === 'createApplication' && subject === 'water' ? 'refused' : undefined)
    const waste = { tenant: 'tours', slug: 'waste', name: 'waste' }
    const other = { key: 'tours/waste', source: null, kind: 'application', action: 'create-application', wanted: waste } as const
    const job = await fixture.apply([...fixture.holders(), other, ...some(fixture, 3), fixture.device(9, { service: 'waste' })])
    expect(job).toMatchObject({ state: 'failed', done: 4, failed: 4 })
    const problems = fixture.store.lines.get(job.id)?.filter(({ step, state }) => step.kind === 'device' && state === 'failed')
    expect(problems?.map(({ problem }) => problem?.code)).toEqual(Array(3).fill('provisioning.needs'))
    expect(problems?.[0]?.problem?.text).toContain('createApplication')
    expect(fixture.network.calls.filter(({ method }) => method === 'createDevice')).toHaveLength(1)
  })

  test('ends a job that is all or nothing', async () => {
    const fixture = new ApplyFixture()
    fixture.network.fault = (_method, subject) => (subject === 'water' ? 'refused' : undefined)
    const job = await fixture.apply([...fixture.holders(), ...some(fixture, 2)], { allOrNothing: true })
    expect(job).toMatchObject({ state: 'failed', done: 1, failed: 4 })
    expect(fixture.network.profiles.size).toBe(0)
  })

  test('is tried again when its job is taken up again', async () => {
    const fixture = new ApplyFixture()
    fixture.network.fault = (_method, subject) => (subject === devEuiOf(1) ? 'refused' : undefined)
    const job = await fixture.apply([...fixture.holders(), ...some(fixture, 3)])
    expect(job).toMatchObject({ state: 'failed', done: 5, failed: 1 })
    fixture.network.fault = () => undefined
    const runner = fixture.runner()
    await runner.start()
    await runner.resumeJob(job.id)
    expect(await fixture.ended(job.id, ['done'])).toMatchObject({ done: 6, failed: 0 })
    await runner.stop()
  })
})

test('a job that was taken up again tries its failed steps also when the program ended before it came to them', async () => {
  const fixture = new ApplyFixture()
  fixture.network.fault = (_method, subject) => (subject === devEuiOf(1) ? 'refused' : undefined)
  const { id } = await fixture.apply([...fixture.holders(), ...some(fixture, 3)])
  fixture.network.fault = () => undefined
  const killed = fixture.runner()
  await killed.resumeJob(id)
  const next = fixture.runner()
  await next.start()
  expect(await fixture.ended(id)).toMatchObject({ state: 'done', done: 6, failed: 0, again: false })
  await next.stop()
})

describe('a stop', () => {
  test('of the job leaves the rest waiting until it is taken up again', async () => {
    const fixture = new ApplyFixture()
    const steps = [...fixture.holders(), ...some(fixture, 400)]
    const runner = fixture.runner()
    await runner.start()
    const planned = await fixture.plan(steps)
    const { id } = await runner.submit(planned.job, planned.steps)
    const seen: Progress[] = []
    runner.watch((progress) => {
      seen.push(progress)
      if (progress.done === 50) void runner.stopJob(id)
    })
    const stopped = await fixture.ended(id)
    expect(stopped.state).toBe('stopped')
    expect(stopped.done).toBeGreaterThanOrEqual(50)
    expect(stopped.done).toBeLessThan(200)
    expect(seen.map(({ done }) => done)).toEqual(seen.map((_, index) => index + 1))
    expect(fixture.store.lines.get(id)?.some(({ state }) => state === 'waiting')).toBe(true)
    await expect(runner.stopJob(id)).rejects.toMatchObject({ code: 'provisioning.job-not-open' })
    await runner.resumeJob(id)
    expect(await fixture.ended(id, ['done'])).toMatchObject({ done: 403, failed: 0 })
    await runner.stop()
    expect(fixture.network.devices.size).toBe(400)
  })

  test('of the program is no stopped job: the next start goes on', async () => {
    const fixture = new ApplyFixture()
    const first = fixture.runner()
    await first.start()
    const planned = await fixture.plan([...fixture.holders(), ...some(fixture, 300)])
    const { id } = await first.submit(planned.job, planned.steps)
    const stopped = new Promise<void>((resolve) => {
      first.watch(({ done }) => {
        if (done === 20) resolve(first.stop())
      })
    })
    await stopped
    expect(await fixture.store.job(serverScope, id)).toMatchObject({ state: 'running' })
    expect(fixture.network.devices.size).toBeLessThan(300)
    const second = fixture.runner()
    await second.start()
    expect(await fixture.ended(id)).toMatchObject({ state: 'done', done: 303 })
    await second.stop()
  })

  test('comes through while the network server is away, and says meanwhile what it waits for', async () => {
    const fixture = new ApplyFixture()
    fixture.network.fault = () => 'unreachable'
    const runner = fixture.runner()
    await runner.start()
    const planned = await fixture.plan(fixture.holders())
    const { id } = await runner.submit(planned.job, planned.steps)
    while (runner.progress(id)?.waitsFor == null) await turn()
    expect(runner.progress(id)?.waitsFor?.text).toContain('does not answer')
    await runner.stopJob(id)
    expect(await fixture.ended(id)).toMatchObject({ state: 'stopped', done: 0, failed: 0 })
    await runner.stop()
  })
})

describe('several jobs', () => {
  /** Puts a device off the network, whatever else becomes of it. */
  const off = (fixture: ApplyFixture, index: number): Step => {
    const [devEui, tenantId] = [devEuiOf(index), [...fixture.store.tenants.values()][0]?.id ?? '']
    const expected = { devices: [{ devEui, status: 'in stock' as const, tenantId }], open: [] }
    return { kind: 'device', key: devEui, source: null, action: 'set-disabled', devEui, disabled: true, expected, rows: noRows }
  }
  const spot = (subject: string) => newJob({ action: 'disable', subject })

  test('of deliveries are carried out one after the other', async () => {
    const fixture = new ApplyFixture()
    const runner = fixture.runner()
    await runner.start()
    const planned = await fixture.plan([...fixture.holders(), ...some(fixture, 40)])
    const first = await runner.submit(planned.job, planned.steps)
    const second = await runner.submit(newJob({ subject: 'another plan' }), [fixture.device(90)])
    let firstAtSecond: string | undefined
    runner.watch(({ jobId }) => {
      if (jobId === second.id) void fixture.store.job(serverScope, first.id).then((job) => (firstAtSecond ??= job?.state))
    })
    expect((await fixture.ended(second.id)).state).toBe('done')
    expect(firstAtSecond).toBe('done')
    await runner.stop()
  })

  test('on the spot run beside a delivery, and what they make is no folder’s', async () => {
    const fixture = new ApplyFixture()
    await fixture.apply(fixture.holders())
    const runner = fixture.runner()
    await runner.start()
    const planned = await fixture.plan(some(fixture, 600))
    const delivery = await runner.submit(planned.job, planned.steps)
    await new Promise<void>((resolve) => runner.watch(({ done }) => done >= 20 && resolve()))
    const { id } = await runner.submit(newJob({ action: 'add', subject: devEuiOf(900) }), [fixture.device(900)])
    expect((await fixture.ended(id)).state).toBe('done')
    expect(await fixture.store.job(serverScope, delivery.id)).toMatchObject({ state: 'running' })
    expect(fixture.store.memory.get(`device ${devEuiOf(900)}`)?.owner).toBeNull()
    expect(await fixture.ended(delivery.id)).toMatchObject({ state: 'done', done: 600 })
    await runner.stop()
  })

  test('one whose device a delivery has yet to make waits for that step and says so; one of another device overtakes it', async () => {
    const fixture = new ApplyFixture()
    await fixture.apply([...fixture.holders(), fixture.device(900)])
    const gate = Promise.withResolvers<void>()
    fixture.network.fault = async (method, subject) => {
      if (method === 'createDevice' && subject === devEuiOf(5)) await gate.promise
      return undefined
    }
    const runner = fixture.runner()
    await runner.start()
    const planned = await fixture.plan(some(fixture, 40))
    const delivery = await runner.submit(planned.job, planned.steps)
    const waits = await runner.submit(spot(devEuiOf(5)), [off(fixture, 5)])
    const alsoWaits = await runner.submit(spot(devEuiOf(5)), [off(fixture, 5)])
    const other = await runner.submit(spot(devEuiOf(900)), [off(fixture, 900)])
    expect((await fixture.ended(other.id)).state).toBe('done')
    expect(await fixture.store.job(serverScope, waits.id)).toMatchObject({ state: 'waiting' })
    expect(runner.progress(waits.id)).toMatchObject({ behind: delivery.number, perSecond: null, waitsFor: null })
    expect(runner.progress(alsoWaits.id)?.behind).toBe(delivery.number)
    gate.resolve()
    await fixture.ended(alsoWaits.id)
    expect(fixture.store.lines.get(alsoWaits.id)?.map(({ problem }) => problem)).toEqual([null])
    expect(await fixture.store.job(serverScope, waits.id)).toMatchObject({ state: 'done' })
    expect(fixture.network.devices.get(devEuiOf(5))?.disabled).toBe(true)
    expect(runner.progress(waits.id)).toBeNull()
    await runner.stop()
  })

  test('a delivery waits for what was begun on the spot before it; one that is stopped is in nobody’s way', async () => {
    const fixture = new ApplyFixture()
    await fixture.apply([...fixture.holders(), fixture.device(5)])
    const gate = Promise.withResolvers<void>()
    fixture.network.fault = async (method) => {
      if (method === 'updateDevice') await gate.promise
      return undefined
    }
    const runner = fixture.runner()
    await runner.start()
    const before = await runner.submit(spot(devEuiOf(5)), [off(fixture, 5)])
    const planned = await fixture.plan([{ kind: 'device', action: 'delete-device', key: devEuiOf(5), devEui: devEuiOf(5), source: null }])
    const delivery = await runner.submit(planned.job, planned.steps)
    const after = await runner.submit(spot(devEuiOf(5)), [off(fixture, 5)])
    while (runner.progress(delivery.id)?.behind !== before.number) await turn()
    await runner.stopJob(delivery.id)
    gate.resolve()
    expect((await fixture.ended(after.id)).state).toBe('done')
    expect(await fixture.store.job(serverScope, before.id)).toMatchObject({ state: 'done' })
    await runner.resumeJob(delivery.id)
    expect(await fixture.ended(delivery.id, ['done', 'failed'])).toMatchObject({ state: 'done' })
    expect(fixture.network.devices.has(devEuiOf(5))).toBe(false)
    await runner.stop()
  })

  test('never have to do with the same device at once, in whatever order they come', async () => {
    const devices = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 })
    const given = fc.array(fc.record({ isDelivery: fc.boolean(), devices }), { minLength: 2, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(given, async (jobs) => {
        const fixture = new ApplyFixture()
        await fixture.apply([...fixture.holders(), ...some(fixture, 6)])
        const held = new Map<string, string>()
        const atOnce: string[] = []
        const { begin, end } = fixture.store
        fixture.store.begin = async (jobId, positions) => {
          for (const { key } of stepsOf(jobId, positions)) {
            if ((held.get(key) ?? jobId) !== jobId) atOnce.push(key)
            held.set(key, jobId)
          }
          await turn()
          return begin.call(fixture.store, jobId, positions)
        }
        fixture.store.end = async (ends) => {
          await turn()
          await end.call(fixture.store, ends)
          for (const { jobId, position } of ends) for (const { key } of stepsOf(jobId, [position])) held.delete(key)
        }
        const stepsOf = (jobId: string, positions: readonly number[]) =>
          positions.flatMap((position) => fixture.store.lines.get(jobId)?.[position]?.step ?? [])
        const runner = fixture.runner()
        await runner.start()
        const submitted = await Promise.all(
          jobs.map(({ isDelivery, devices: of }, index) =>
            runner.submit(
              newJob({ action: isDelivery ? 'apply' : 'disable', subject: `${index}` }),
              of.map((index) => off(fixture, index)),
            ),
          ),
        )
        for (const { id } of submitted) expect((await fixture.ended(id)).state).toBe('done')
        await runner.stop()
        expect(atOnce).toEqual([])
      }),
      { numRuns: 12 },
    )
  }, 60_000)
})

test('a database that is away for a moment is waited for; an end that it never takes is a failed step', async () => {
  const fixture = new ApplyFixture()
  let away = 2
  const failing = devEuiOf(1)
  fixture.store.down = (ends) => {
    if (ends.some(({ position, inventory }) => position === 3 && inventory !== null) && away-- > 0) {
      return new OndineError('database.unreachable', { address: 'db.test', reason: 'away' })
    }
    const refused = ends.some(({ inventory }) => inventory?.declared.some(({ devEui }) => devEui === failing))
    return refused ? new Error('a constraint') : null
  }
  const job = await fixture.apply([...fixture.holders(), ...some(fixture, 3)])
  expect(job).toMatchObject({ state: 'failed', done: 5, failed: 1 })
  expect(fixture.store.lines.get(job.id)?.find(({ step }) => step.key === failing)?.problem?.text).toContain('a constraint')
}, 30_000)

describe('the end of a job', () => {
  test('knows what it wrote by lists, and takes no hand’s change meanwhile for its own', async () => {
    const fixture = new ApplyFixture()
    const { network } = fixture
    // Somebody sets a variable, which no list shows, before the job has ended.
    network.fault = (method) => {
      const device = network.devices.get(devEuiOf(1))
      if (method === 'listDevices' && device !== undefined) {
        network.devices.set(devEuiOf(1), { ...device, variables: { note: 'by hand' }, updatedAt: '2026-11-23T00:00:00.000Z' })
      }
      return undefined
    }
    await fixture.apply([...fixture.holders(), ...some(fixture, 3)])
    const remembered = [0, 1, 2].map((index) => fixture.store.memory.get(`device ${devEuiOf(index)}`)?.updatedAt)
    expect(remembered).toEqual([network.devices.get(devEuiOf(0))?.updatedAt, null, network.devices.get(devEuiOf(2))?.updatedAt])
    expect(network.calls.filter(({ method }) => method === 'getDevice').map(({ subject }) => subject)).toEqual([devEuiOf(1)])
  })

  test('comes although what it wrote cannot be listed any more', async () => {
    const fixture = new ApplyFixture()
    fixture.network.fault = (method) => (method === 'listDevices' ? 'refused' : undefined)
    expect(await fixture.apply([...fixture.holders(), ...some(fixture, 2)])).toMatchObject({ state: 'done', done: 5, failed: 0 })
    expect(fixture.logged.join()).toContain('read in full by the next plan')
  })
})
