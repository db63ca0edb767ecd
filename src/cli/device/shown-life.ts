import type { Client } from '../../api/contract/client.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Session } from '../session.ts'

type LifeView = Awaited<ReturnType<Client['life']['disable']>>
type Told = Pick<LifeView, 'job' | 'problem'>

/** What was done; on the way where the network server is away; failed with exit code 1 and the reason. */
export function answerLife<V extends Told>(session: Session, view: V, lines: () => readonly string[]): void {
  const { words } = session
  const { job, problem } = view
  const number = job.number
  session.answer(view, () => {
    if (job.state === 'done') return lines()
    return job.state === 'failed' || problem !== null ? [] : [words.text('life.under-way', { number })]
  })
  if (problem !== null || job.state === 'failed') {
    throw new OndineError('cli.life-failed', { number, problem: problem?.text ?? '' })
  }
}
