import type { Model } from '../../codecs/model.ts'
import type { Parameters } from '../../inventory/entities.ts'
import { measurements } from '../../vocabulary/measurements.ts'

/**
 * Parameters of an installation that still hold after radio or body was replaced: those that the new model has too, but for what ties
 * a counter's zero to the meter's index: another counter began elsewhere, and the old value would bill a wrong index.
 */
export function carriedParameters(parameters: Parameters, model: Pick<Model, 'parameters' | 'measures' | 'histories'>): Parameters {
  const offsets = counterOffsets(model)
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => Object.hasOwn(model.parameters, name) && !offsets.has(name)))
}

function counterOffsets({ measures, histories }: Pick<Model, 'measures' | 'histories'>): ReadonlySet<string> {
  const all = [...measures, ...histories.flatMap((history) => history.measures)]
  return new Set(
    all.flatMap(({ name, convert }) =>
      convert?.kind === 'linear' && convert.offset !== undefined && measurements.get(name)?.kind === 'counter' ? [convert.offset] : [],
    ),
  )
}
