import { readFile } from 'node:fs/promises'
import type { Model } from '../codecs/model.ts'
import { OndineError } from '../errors/ondine-error.ts'
import { valueFaults } from '../errors/value-fault.ts'
import { parseYaml } from '../formats/yaml.ts'
import { type FleetDeclaration, fleetDeclarationSchema } from './fleet-declaration.ts'

/**
 * The fleet that a file declares. Rejects with `config.file-unusable`, `file.malformed`, `simulator.fleet` (the first key
 * that is wrong) or `simulator.fleet-model`.
 */
export async function readFleet(file: string, models: readonly Pick<Model, 'slug' | 'simulate'>[]): Promise<FleetDeclaration> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const reason = OndineError.from(cause).message
    throw new OndineError('config.file-unusable', { path: 'simulator.fleet', file, reason }, { cause })
  })
  const parsed = fleetDeclarationSchema.safeParse(parseYaml(text, file))
  if (!parsed.success) {
    const [fault] = parsed.error.issues.flatMap(valueFaults)
    const { path = '', reason = parsed.error.message } = fault ?? {}
    throw new OndineError('simulator.fleet', { file, path: path || '(root)', reason }, { cause: parsed.error })
  }
  for (const [index, { model: slug, physics }] of parsed.data.groups.entries()) {
    const model = models.find((installed) => installed.slug === slug)
    const path = `groups.${index}`
    if (model === undefined) {
      const known = models.map((installed) => installed.slug).join(', ')
      throw new OndineError('simulator.fleet-model', { file, path: `${path}.model`, model: slug, known })
    }
    if (model.simulate === null && physics !== 'examples') {
      const reason = 'must be examples: the model has no simulate.js'
      throw new OndineError('simulator.fleet', { file, path: `${path}.physics`, reason })
    }
  }
  return parsed.data
}
