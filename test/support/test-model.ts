import type { z } from 'zod'
import { type Model, modelSchema } from '../../src/codecs/model.ts'

/** A model as if its folder had been read. */
export function testModel(
  slug: string,
  definition: z.input<typeof modelSchema>,
  sources: { codec?: string; simulate?: string } = {},
): Model {
  const script = (file: string, source: string) => ({ model: slug, file, source })
  return {
    ...modelSchema.parse(definition),
    slug,
    codec: script('codec.js', sources.codec ?? ''),
    variantCodecs: new Map(),
    simulate: sources.simulate === undefined ? null : script('simulate.js', sources.simulate),
  }
}
