import { pino } from 'pino'
import { OndineError } from '../../errors/ondine-error.ts'
import { CodecEngine } from '../engine/codec-engine.ts'
import type { Trial } from '../registry.ts'
import type { Difference } from './check-example.ts'
import { type ExampleOutcome, runExamples } from './run-examples.ts'

/** seconds for the examples of all models together; one that was begun comes to its end */
const patience = 60

/**
 * Runs the examples of models that changed in an engine of their own: one that loops holds up no frame of a device. Rejects with
 * `codec.engine-failed`.
 */
export const tryExamples: Trial = async (changed) => {
  const refused = new Map<string, OndineError>()
  const engine = new CodecEngine({ logger: pino({ level: 'silent' }), processes: 1 })
  await engine.start()
  try {
    const until = performance.now() + patience * 1_000
    for (const { model, examples } of changed) {
      const late = performance.now() > until
      const error = late
        ? new OndineError('codec.not-tried', { seconds: patience })
        : failureOf(model.slug, await runExamples(engine, model, examples))
      if (error !== null) refused.set(model.slug, error)
    }
    return refused
  } finally {
    await engine.stop()
  }
}

function failureOf(model: string, outcomes: readonly ExampleOutcome[]): OndineError | null {
  const failed = outcomes.flatMap(({ example: { description }, number, differences: [first] }) =>
    first === undefined ? [] : [{ number, description, ...said(first) }],
  )
  const [first] = failed
  return first === undefined ? null : new OndineError('codec.example-fails', { model, ...first, others: failed.length - 1 })
}

/** `what` alone where it is a sentence of the codec or of its engine. */
function said({ path, part, expected, got }: Difference): { what: string; expected: string; got: string } {
  if (part === 'errors' && typeof got === 'string') return { what: got, expected: '', got: '' }
  return { what: path || part, expected: shown(expected), got: shown(got) }
}

function shown(value: unknown): string {
  const text = value === undefined ? '-' : JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
