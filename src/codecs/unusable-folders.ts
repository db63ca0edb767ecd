import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pino } from 'pino'
import { OndineError } from '../errors/ondine-error.ts'
import { Registry } from './registry.ts'

/** What a server could not use of configured folders of models: those that are missing or hold none, and models that are refused. */
export async function unusableFolders(folders: readonly string[]): Promise<readonly OndineError[]> {
  const found = await Promise.all(
    folders.map(async (folder, index) => {
      const path = `codecs.folders[${index}]`
      const file = resolve(folder)
      if (!existsSync(file)) return [new OndineError('config.folder-missing', { path, file })]
      if (!statSync(file).isDirectory()) return [new OndineError('config.no-folder', { path, file })]
      return modelsOf(path, file)
    }),
  )
  return found.flat()
}

async function modelsOf(path: string, file: string): Promise<OndineError[]> {
  try {
    const registry = new Registry({ folders: [file], logger: pino({ level: 'silent' }), parsed: true })
    await registry.start()
    if (registry.slugs().length === 0) return [new OndineError('config.no-models', { path, file })]
    return (await registry.check()).map(({ error }) => error)
  } catch (thrown) {
    return [OndineError.from(thrown)]
  }
}
