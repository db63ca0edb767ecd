import { readFile } from 'node:fs/promises'
import type { Model } from '../codecs/model.ts'
import { OndineError } from '../errors/ondine-error.ts'
import { valueFaults } from '../errors/value-fault.ts'
import { parseYaml } from '../formats/yaml.ts'
import { type FleetDeclaration, type FleetGroup, fleetDeclarationSchema, physicsOfFamily } from './fleet-declaration.ts'

type InstalledModel = Pick<Model, 'slug' | 'family' | 'channels' | 'simulate'>

/**
 * The fleet that a file declares. Rejects with `config.file-unusable`, `file.malformed`, `simulator.fleet` (the first key
 * that is wrong) or `simulator.fleet-model`.
 */
export async function readFleet(file: string, models: readonly InstalledModel[]): Promise<FleetDeclaration> {
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
  const groups = parsed.data.groups.map((group, index): FleetGroup => {
    const model = models.find((installed) => installed.slug === group.model)
    if (model === undefined) {
      const known = models.map((installed) => installed.slug).join(', ')
      throw new OndineError('simulator.fleet-model', { file, path: `groups.${index}.model`, model: group.model, known })
    }
    const physics = group.physics ?? (model.simulate === null ? 'examples' : (physicsOfFamily.get(model.family) ?? 'examples'))
    if (model.simulate === null && physics !== 'examples') {
      throw new OndineError('simulator.fleet', {
        file,
        path: `groups.${index}.physics`,
        reason: 'must be examples: the model has no simulate.js',
      })
    }
    const channels = Object.keys(model.channels).filter((channel) => channel !== 'main')
    const unknown = group.channels.findIndex((channel) => !channels.includes(channel))
    if (unknown !== -1) {
      const reason = channels.length === 0 ? 'the model has no other channel than main' : `must be one of ${channels.join(', ')}`
      throw new OndineError('simulator.fleet', { file, path: `groups.${index}.channels.${unknown}`, reason })
    }
    return { ...group, physics }
  })
  return { ...parsed.data, groups }
}
