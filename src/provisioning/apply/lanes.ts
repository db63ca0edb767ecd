import { serverScope } from '../../access/scope.ts'
import { deviceOf } from '../plan/names.ts'
import type { Step } from '../plan/plan.ts'
import { memoryKey } from '../plan/world.ts'
import type { Job, JobState, Jobs, Journal } from '../ports.ts'

/** What is done beside each other: whole deliveries one after the other, and what is done on the spot, which waits for none of them. */
export const lanes = ['delivery', 'spot'] as const
export type JobLane = (typeof lanes)[number]

/** Steps of what is done on the spot, at most: a swap has five. */
const fewSteps = 32

/** States of a job that goes on by itself. */
export const openStates: readonly JobState[] = ['waiting', 'running', 'stopping']

export function jobLaneOf({ action, total }: Pick<Job, 'action' | 'total'>): JobLane {
  return action === 'apply' || total > fewSteps ? 'delivery' : 'spot'
}

/** By `memoryKey`: all objects that steps have to do with. Two jobs of the same object are not carried out at the same time. */
function touchedBy(steps: readonly Step[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const step of steps) {
    names.add(memoryKey(step.kind, step.key))
    const devEui = deviceOf(step)
    if (devEui !== undefined) names.add(memoryKey('device', devEui))
    if ('expected' in step) for (const one of step.expected.devices) names.add(memoryKey('device', one.devEui))
  }
  return names
}

/** All that go on by themselves, oldest first. */
export async function openJobs(store: Pick<Jobs, 'jobs'>): Promise<readonly Job[]> {
  const found: Job[] = []
  for (;;) {
    const last = found.at(-1)
    const before = last === undefined ? {} : { before: last.number }
    const page = await store.jobs(serverScope, { states: openStates, limit: 100, ...before })
    if (page.length === 0) return found.reverse()
    found.push(...page)
  }
}

/** What a job of the spot has to do with: all of its steps, done or not, for they belong together. */
export async function touchedOnSpot({ id }: Job, store: Pick<Journal, 'journal'>): Promise<ReadonlySet<string>> {
  return touchedBy((await store.journal(id, { limit: fewSteps })).map(({ step }) => step))
}

/** An object that both have to do with, of which one at least is done on the spot; undefined: none. */
export async function sharedBy(a: Job, b: Job, store: Pick<Journal, 'journal' | 'openSteps'>): Promise<string | undefined> {
  const [spot, other] = jobLaneOf(a) === 'spot' ? [a, b] : [b, a]
  const names = await touchedOnSpot(spot, store)
  if (jobLaneOf(other) === 'spot') return common(names, await touchedOnSpot(other, store))
  const prefix = memoryKey('device', '')
  const devEuis = [...names].flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []))
  return common(names, touchedBy(await store.openSteps(other.id, devEuis)))
}

function common(some: ReadonlySet<string>, others: ReadonlySet<string>): string | undefined {
  return [...some].find((name) => others.has(name))
}
