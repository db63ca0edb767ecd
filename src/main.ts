import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { run } from './cli/run.ts'

const about: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const version = typeof about === 'object' && about !== null && 'version' in about ? String(about.version) : ''

const { interrupted, interrupt } = interruption()
let unwritten: number | undefined

// `ondine reading tail | head`: the reader has seen enough. A command that ends by itself, such as a server, is left to.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  unwritten ??= error.code === 'EPIPE' ? 0 : 1
  if (!interrupt()) process.exit(unwritten)
})
// Nobody is left to be told.
process.stderr.on('error', () => {})

const code = await run(
  process.argv.slice(2),
  {
    out: (text) => void process.stdout.write(text),
    outBytes: async (bytes) => {
      if (!process.stdout.write(bytes)) await once(process.stdout, 'drain')
    },
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stdout.isTTY === true,
    columns: process.stdout.columns,
    environment: process.env,
    now: () => new Date(),
    interrupted,
  },
  {
    version,
    launch: async (config) => (await import('./server.ts')).startServer(config),
    tryOut: async (part) => (await import('./server/try-out.ts')).tryOut(part),
  },
)
process.exitCode = unwritten ?? code

/**
 * Until it is asked for, Ctrl-C ends the process as usual; after the first one, the second one does.
 * `interrupt` does the same as a first Ctrl-C, and is false where nobody asked for it.
 */
function interruption(): { interrupted: () => AbortSignal; interrupt: () => boolean } {
  let controller: AbortController | undefined
  return {
    interrupted: () => {
      if (controller !== undefined) return controller.signal
      const asked = new AbortController()
      controller = asked
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => asked.abort())
      return asked.signal
    },
    interrupt: () => {
      controller?.abort()
      return controller !== undefined
    },
  }
}
