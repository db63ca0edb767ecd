import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../../api/contract/client.ts'
import type { JobView } from '../../api/contract/provisioning.ts'
import { progress } from '../progress.ts'
import type { Session } from '../session.ts'
import { duration } from './duration.ts'
import { number } from './numbers.ts'

const pollEveryMs = 500
const ends: readonly JobView['state'][] = ['done', 'failed', 'stopped']

export function isEnded({ state }: Pick<JobView, 'state'>): boolean {
  return ends.includes(state)
}

/** With a bar on a terminal, until the job's end or Ctrl-C, which leaves it running. */
export async function followJob(session: Session, client: Client, first: JobView): Promise<JobView> {
  const signal = session.io.interrupted()
  const bar = await progress(session, first.total)
  try {
    for (let job = first; ; job = await client.provisioning.job({ id: first.id })) {
      bar.at(job.done + job.failed, barText(session, job))
      if (isEnded(job) || signal.aborted) return job
      await sleep(pollEveryMs, undefined, { signal }).catch(() => {})
    }
  } finally {
    bar.stop()
  }
}

function barText(session: Session, { total, done, failed, perSecond, waitsFor, behind }: JobView): string {
  const { words } = session
  if (waitsFor !== null) return words.text('job.waits', { seconds: waitsFor.seconds })
  if (behind !== null) return words.text('job.behind', { number: behind })
  const isMoving = perSecond !== null && perSecond > 0
  const rate = isMoving ? `${number(session, Math.round(perSecond))}/s` : ''
  const left = isMoving ? words.text('job.time-left', { duration: duration((total - done - failed) / perSecond) }) : ''
  return words.text('job.bar', { rate, left, failed: number(session, failed) })
}

export function jobLine(session: Session, job: JobView): string {
  const { words } = session
  const { number: jobNumber, state, done, total, failed } = job
  const counts = { done: number(session, done), total: number(session, total), failed: number(session, failed) }
  return words.text('job.ended', { number: jobNumber, state: words.text(`job.${state}`), ...counts })
}
