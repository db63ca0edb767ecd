import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import vm from 'node:vm'
import { examplesSchema, type Model, modelSchema } from '../../src/codecs/model.ts'
import { parseYaml } from '../../src/formats/yaml.ts'

export const codecsFolder = join(import.meta.dirname, '../../codecs')
export const profilesFolder = join(import.meta.dirname, '../../device-profiles')

/** `vendor/model` of every model folder. */
export const slugs: readonly string[] = readdirSync(codecsFolder).flatMap((vendor) =>
  readdirSync(join(codecsFolder, vendor)).map((model) => `${vendor}/${model}`),
)

export function readModel(slug: string): Model {
  const folder = join(codecsFolder, slug)
  const file = join(folder, 'model.yaml')
  return {
    ...modelSchema.parse(parseYaml(readFileSync(file, 'utf8'), file)),
    slug,
    codec: readFileSync(join(folder, 'codec.js'), 'utf8'),
    simulate: readFileSync(join(folder, 'simulate.js'), 'utf8'),
  }
}

export function readExamples(slug: string) {
  return examplesSchema.parse(JSON.parse(readFileSync(join(codecsFolder, slug, 'examples.json'), 'utf8')))
}

export type Answer = { data?: Record<string, unknown>; fPort?: number; bytes?: number[]; errors?: string[]; warnings?: string[] }
export type EntryPoint = 'decodeUplink' | 'encodeDownlink' | 'decodeDownlink' | 'encodeUplink'
export type PlainCodec = (entry: EntryPoint, input: unknown) => Answer

/**
 * Runs a codec in plain V8, in strict mode as ChirpStack's ES module does: for tests of our own codecs only,
 * a thousand calls without a sandbox. Answers come back as plain JSON.
 */
export function plainCodec(source: string): PlainCodec {
  const context = vm.createContext({ Date })
  const entries: readonly EntryPoint[] = ['decodeUplink', 'encodeDownlink', 'decodeDownlink', 'encodeUplink']
  const collected = entries.map((name) => `${name}: typeof ${name} === 'function' ? ${name} : undefined`).join(', ')
  const found: unknown = vm.runInContext(`'use strict';\n${source}\n;({ ${collected} })`, context)
  return (entry, input) => {
    const run: unknown = Reflect.get(Object(found), entry)
    if (typeof run !== 'function') throw new Error(`the codec has no ${entry}`)
    return JSON.parse(JSON.stringify(run(input)))
  }
}
