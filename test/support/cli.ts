import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Launch } from '../../src/cli/launch.ts'
import { run } from '../../src/cli/run.ts'

export interface Said {
  code: number
  out: string
  err: string
}

interface Given {
  environment?: Record<string, string>
  isTerminal?: boolean
  columns?: number
  interrupted?: AbortSignal
  launch?: Launch
  input?: AsyncIterable<Uint8Array | string>
  onOut?: (text: string) => void
}

/** Runs a command line in this process, in a world of its own: no environment, an empty data directory. */
export async function cli(argv: readonly string[], given: Given = {}): Promise<Said> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ondine-cli-'))
  const said = { out: '', err: '' }
  const config = join(dataDir, 'ondine.yaml')
  writeFileSync(config, '{}')
  try {
    const code = await run(
      argv,
      {
        out: (text) => {
          said.out += text
          given.onOut?.(said.out)
        },
        err: (text) => {
          said.err += text
        },
        isTerminal: given.isTerminal ?? false,
        columns: given.columns,
        ...(given.input === undefined ? {} : { input: () => given.input! }),
        environment: { ONDINE_DATA_DIR: dataDir, ONDINE_CONFIG: config, ...given.environment },
        now: () => new Date('2026-11-22T21:00:00.000Z'),
        interrupted: () => given.interrupted ?? new AbortController().signal,
      },
      { version: '0.1.0', launch: given.launch ?? (() => Promise.reject(new Error('no server in this test'))) },
    )
    return { code, ...said }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}
