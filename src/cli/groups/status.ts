import type { Command } from 'commander'
import type { Status } from '../../api/contract/status.ts'
import { aligned } from '../aligned.ts'
import type { Build } from '../groups.ts'
import { withExamples } from '../options.ts'
import { number } from '../provisioning/numbers.ts'
import type { Session } from '../session.ts'
import { localTime } from '../time.ts'

export const build: Build = (command: Command, session: Session) => {
  withExamples(command, session, ['ondine status', 'ondine status --json']).action(async () => {
    const client = await session.client()
    const status = await client.status.get()
    const { words } = session
    const waiting = Object.entries(status.backlog)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${name} ${count}`)
    session.answer(status, () => [
      words.text('status.server', { version: status.version, since: localTime(status.startedAt) }),
      ...(status.simulated ? [words.text('status.simulated')] : []),
      ...aligned([
        [words.text('status.devices'), String(status.devices)],
        [words.text('status.gateways'), String(status.gateways)],
        [words.text('status.last-reading'), status.lastReadingAt === null ? words.text('never') : localTime(status.lastReadingAt)],
        [words.text('status.dead-letters'), String(status.deadLetters)],
        [words.text('status.backlog'), waiting.join(', ') || words.text('status.nothing-waits')],
        [words.text('status.store'), status.store],
        ...framesLines(session, status.frames),
        [words.text('status.topics'), `${status.topics}/#`],
      ]),
    ])
  })
}

function framesLines(session: Session, frames: Status['frames']): [string, string][] {
  if (frames === null) return []
  const { words } = session
  const { kept, bytes, since, sweptAt, dropped, failed } = frames
  const text = words.text('status.frames-kept', {
    kept: number(session, kept),
    megabytes: number(session, Math.ceil(bytes / 1e6)),
    since: since ?? '-',
  })
  const swept =
    failed ??
    (sweptAt === null ? words.text('never') : words.text('status.swept', { at: localTime(sweptAt), dropped: number(session, dropped) }))
  return [
    [words.text('status.frames'), kept === 0 ? '0' : text],
    [words.text('status.retention'), swept],
  ]
}
