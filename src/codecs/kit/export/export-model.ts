import type { Example, Model, Script } from '../../model.ts'
import { readDeviceProfile } from '../../read-device-profile.ts'
import { callOf } from '../examine.ts'
import type { Probe } from '../probe/probe.ts'
import { scriptOf } from '../run-examples.ts'
import type { ChirpstackTest, ExportedModel, ExportedScript } from './chirpstack-catalogue.ts'

export interface LeftOut {
  description: string
  /** what ChirpStack's QuickJS said; null: the test cannot be written down (a codec that asks for the time of reception) */
  error: string | null
}

/**
 * A model with its examples as ChirpStack's tests: what its QuickJS gives for each is what is expected, to the letter.
 * Rejects with `codec.file-unreadable`, `codec.model-invalid` or `kit.probe-ended`.
 */
export async function exportModel(
  probe: Probe,
  model: Model,
  examples: readonly Example[],
  profiles: string,
): Promise<{ exported: ExportedModel; leftOut: readonly LeftOut[] }> {
  const profile = await readDeviceProfile(profiles, model.deviceProfile)
  const leftOut: LeftOut[] = []
  const scripts: ExportedScript[] = []
  for (const [variant, script] of scriptsOf(model)) {
    const own = examples.filter((example) => example.type !== 'downlink-decode' && scriptOf(model, example) === script)
    const tests = await testsOf(probe, script, own, leftOut)
    scripts.push({ variant, firmware: variant === null ? [] : (model.variants[variant]?.firmware ?? []), source: script.source, ...tests })
  }
  return { exported: { model, profile, scripts }, leftOut }
}

/** The default last. */
function scriptsOf(model: Model): [string | null, Script][] {
  if (model.variantCodecs.size === 0) return [[null, model.codec]]
  return [...model.variantCodecs].sort(([a], [b]) => Number(a === model.defaultVariant) - Number(b === model.defaultVariant))
}

async function testsOf(
  probe: Probe,
  { file, source }: Script,
  examples: readonly Example[],
  leftOut: LeftOut[],
): Promise<Pick<ExportedScript, 'decode' | 'encode'>> {
  const tests = { decode: [] as ChirpstackTest[], encode: [] as ChirpstackTest[] }
  const { outcomes } = await probe.chirpstack({ file, source, calls: examples.map(callOf) })
  // A test file has no way to write a Date, and TS013's recvTime is one.
  const timed = /\brecvTime\b/.test(source)
  examples.forEach((example, index) => {
    const outcome = outcomes[index]
    const { description: name } = example
    if (outcome === undefined || 'error' in outcome) {
      leftOut.push({ description: name, error: outcome?.error ?? 'no result' })
      return
    }
    const expected: unknown = JSON.parse(outcome.json)
    if (example.type === 'downlink-encode') tests.encode.push({ name, input: { data: example.input }, expected })
    else if (timed) leftOut.push({ description: name, error: null })
    else {
      const { fPort, hex, variables } = { variables: undefined, ...example.input }
      const bytes = [...Buffer.from(hex, 'hex')]
      tests.decode.push({ name, input: { fPort, bytes, ...(variables === undefined ? {} : { variables }) }, expected })
    }
  })
  return tests
}
