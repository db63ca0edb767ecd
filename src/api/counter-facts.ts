import type { Measure, Model } from '../codecs/model.ts'
import type { DirectoryAssignment, DirectoryDevice } from '../inventory/directory.ts'
import { type CounterFacts, smallStepOf } from '../readings/consumption.ts'
import { measurements } from '../vocabulary/measurements.ts'

interface Known {
  device: (devEui: string) => DirectoryDevice | undefined
  model: (slug: string) => Model | undefined
}

/** What is known of the counters that gave an asset's indices: which installation each is of, and where it begins at 0 again. */
export function counterFacts(
  { device, model }: Known,
  { tenant, asset, name }: { tenant: string; asset: string; name: string },
): (index: { time: number; device: string; channel: string }) => CounterFacts {
  const smallStep = smallStepOf(measurements.get(name)?.unit ?? null)
  return ({ time, device: devEui, channel }) => {
    const known = device(devEui)
    const at = new Date(time).toISOString()
    const assignment = known?.tenant === tenant ? known.assignments.find((one) => isServing(one, channel, asset, at)) : undefined
    const definition = known?.model == null ? undefined : model(known.model)
    return {
      installation: assignment?.from ?? '',
      modulus: definition === undefined ? null : modulusOf(definition, channel, name, assignment),
      smallStep,
    }
  }
}

function isServing({ channel, asset, from, to }: DirectoryAssignment, wanted: string, slug: string, at: string): boolean {
  return channel === wanted && asset === slug && from <= at && (to === null || at < to)
}

/** In the vocabulary's unit: the model tells it in the codec's. */
function modulusOf(model: Model, channel: string, name: string, assignment: DirectoryAssignment | undefined): number | null {
  const all = [...model.measures, ...model.histories.flatMap(({ measures }) => measures)]
  const measure = all.find((one) => one.name === name && one.channel === channel && one.modulus !== undefined)
  if (measure?.modulus === undefined) return null
  const factor = installedFactor(measure, assignment)
  return factor === null ? null : Math.abs(measure.modulus * measure.scale * factor)
}

/** By how much the installation's own parameter multiplies; null where it is not known. */
function installedFactor({ convert }: Measure, assignment: DirectoryAssignment | undefined): number | null {
  if (convert?.kind !== 'linear' || convert.scale === undefined) return 1
  const factor = assignment?.parameters[convert.scale]
  return typeof factor === 'number' ? factor : null
}
