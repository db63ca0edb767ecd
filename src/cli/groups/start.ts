import type { Build } from '../groups.ts'
import type { StartedServer } from '../launch.ts'
import { withExamples } from '../options.ts'
import { readingLine } from '../reading-line.ts'
import type { Session } from '../session.ts'

/** How many of the first readings of a real network are shown: to see that it works, not to watch it. */
const shownReadings = 4
/** A frame may bring hours of history (ms). */
const recently = 5 * 60_000

export const build: Build = (command, session) => {
  withExamples(command, session, ['ondine start', 'ondine start --config /etc/ondine/ondine.yaml']).action(async () => {
    const interrupted = session.io.interrupted()
    const startedAt = session.io.now().getTime()
    const config = await session.config()
    const { unusableFiles } = await import('../../config/files.ts')
    const [problem] = unusableFiles(config)
    if (problem !== undefined) throw problem
    const server = await session.launch(config)
    try {
      session.answer(summary(server), () => banner(session, server))
      if (session.options.json !== true) tellFirstReadings(session, server, startedAt)
      await aborted(interrupted)
    } finally {
      if (session.options.json !== true) session.print(['', session.words.text('start.stopping')])
      await server.stop()
    }
  })
}

function summary({ version, simulated, url, brokerUrl, topics, store, fleet }: StartedServer) {
  return { version, simulated, url, brokerUrl, topics, store, fleet }
}

function banner({ words }: Session, server: StartedServer): string[] {
  const title = `ondine ${server.version}${server.simulated ? `   ${words.text('status.simulated')}` : ''}`
  const fleet = server.fleet === null ? '' : `   ${words.text('start.fleet', server.fleet)}`
  const width = Math.max(server.brokerUrl.length, server.url.length, server.store.length)
  return [
    title,
    `  ${words.text('start.broker').padEnd(8)}  ${server.brokerUrl.padEnd(width)}   ${server.topics}/#`,
    `  ${words.text('start.api').padEnd(8)}  ${server.url.padEnd(width)}   ${server.url}/docs`,
    `  ${words.text('start.store').padEnd(8)}  ${server.store.padEnd(width)}${fleet}`,
    ...server.notes.map(({ wanted, used }) => `  ${words.text('start.port-taken', { wanted, used })}`),
    '',
  ]
}

/** One of each service and no history: to see that all of it works. */
function tellFirstReadings(session: Session, server: StartedServer, startedAt: number): void {
  const { words, io } = session
  const wanted = server.fleet?.services ?? shownReadings
  const shown = new Set<string>()
  server.onReading((reading) => {
    const key = server.simulated ? reading.service : reading.asset
    if (shown.size >= wanted || shown.has(key) || io.now().getTime() - Date.parse(reading.time) > recently) return
    shown.add(key)
    if (shown.size === 1) {
      session.print([words.text('start.first-reading', { seconds: ((io.now().getTime() - startedAt) / 1000).toFixed(1) }), ''])
    }
    session.print([readingLine(words, reading)])
    // On a real network the second reading may be hours away.
    if (shown.size === (server.simulated ? wanted : 1)) session.print(next(session, server))
  })
}

function next({ words }: Session, { simulated }: StartedServer): string[] {
  const order = simulated ? ['ondine command dim L-Foch-014 40 --for 1h'] : ['ondine doctor']
  return [
    '',
    words.text('start.next'),
    ...['ondine device list', 'ondine reading tail', ...order].map((line) => `  npx ${line}`),
    words.text('start.end'),
  ]
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
