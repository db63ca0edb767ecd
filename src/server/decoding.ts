import { CodecEngine } from '../codecs/engine/codec-engine.ts'
import { tryExamples } from '../codecs/kit/try-examples.ts'
import { Registry } from '../codecs/registry.ts'
import { shippedCodecs } from '../codecs/shipped.ts'
import type { Base } from './base.ts'
import { InstalledModels } from './installed-models.ts'

/** The models that are installed, and the processes that run their codecs. */
export interface Decoding {
  registry: Registry
  models: InstalledModels
  codecs: CodecEngine
}

export async function startDecoding({ config, logger, metrics, closing }: Base): Promise<Decoding> {
  const registry = new Registry({ folders: [shippedCodecs, ...config.codecs.folders], logger, parsed: true })
  await registry.start()
  await registry.check()
  const models = new InstalledModels(registry, logger, tryExamples)
  await models.start()
  const troubles = metrics.counter('codec_troubles_total', 'Codecs struck or disabled, and codec processes that ended.', ['type'])
  const codecs = new CodecEngine({
    logger,
    onEvent: ({ type }) => troubles({ type }),
    ...(config.codecs.processes === undefined ? {} : { processes: config.codecs.processes }),
  })
  await closing.after(codecs)
  return { registry, models, codecs }
}
