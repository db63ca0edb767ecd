import { pino } from 'pino'
import type { CodecRunner } from '../codec-runner.ts'
import { CodecEngine } from '../engine/codec-engine.ts'
import { Probe } from './probe/probe.ts'

export interface Workbench {
  runner: CodecRunner
  probe: Probe
}

/** Work with the real engine and the probe, in child processes that end with it. Rejects with `codec.engine-failed`. */
export async function withWorkbench<T>(work: (bench: Workbench) => Promise<T>): Promise<T> {
  const runner = new CodecEngine({ logger: pino({ level: 'silent' }), processes: 1 })
  const probe = new Probe()
  await runner.start()
  try {
    return await work({ runner, probe })
  } finally {
    probe.stop()
    await runner.stop()
  }
}
