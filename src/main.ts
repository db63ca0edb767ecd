import { readFileSync } from 'node:fs'
import { run } from './cli/run.ts'

const about: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const version = typeof about === 'object' && about !== null && 'version' in about ? String(about.version) : ''

// `ondine reading tail | head`: the reader has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await run(
  process.argv.slice(2),
  {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stdout.isTTY === true,
    columns: process.stdout.columns,
    environment: process.env,
    now: () => new Date(),
    interrupted: interruption(),
  },
  { version, launch: async (config) => (await import('./server.ts')).startServer(config) },
)

/** Until it is asked for, Ctrl-C ends the process as usual; after the first one, the second one does. */
function interruption(): () => AbortSignal {
  let controller: AbortController | undefined
  return () => {
    if (controller !== undefined) return controller.signal
    const asked = new AbortController()
    controller = asked
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => asked.abort())
    return asked.signal
  }
}
