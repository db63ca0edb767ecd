import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import vm from 'node:vm'
import { pino } from 'pino'
import { modelOf } from '../../src/codecs/kit/model-folders.ts'
import type { Example, Model, Script } from '../../src/codecs/model.ts'
import { Registry } from '../../src/codecs/registry.ts'

export const codecsFolder = join(import.meta.dirname, '../../codecs')
export const profilesFolder = join(import.meta.dirname, '../../device-profiles')

/** `vendor/model` of every folder, complete or not. */
export const folders: readonly string[] = readdirSync(codecsFolder).flatMap((vendor) =>
  readdirSync(join(codecsFolder, vendor)).map((model) => `${vendor}/${model}`),
)

/** `vendor/model` of every model that can be tested. */
export const slugs = folders.filter((slug) => ['model.yaml', 'examples.json'].every((file) => existsSync(join(codecsFolder, slug, file))))

const registry = new Registry({ folders: [codecsFolder], logger: pino({ level: 'silent' }) })
await registry.start()

export const readModel = (slug: string): Model => modelOf(registry, slug)
export const readExamples = (slug: string): readonly Example[] => registry.examples(slug)

export type Answer = { data?: Record<string, unknown>; fPort?: number; bytes?: number[]; errors?: string[]; warnings?: string[] }
export type EntryPoint = 'decodeUplink' | 'encodeDownlink' | 'decodeDownlink' | 'encodeUplink'
export type PlainCodec = (entry: EntryPoint, input: unknown) => Answer

/**
 * Runs a script in plain V8, in strict mode as ChirpStack's ES module does: for tests of our own codecs only,
 * a thousand calls without a sandbox. Answers come back as plain JSON.
 */
export function plainCodec({ source }: Pick<Script, 'source'>): PlainCodec {
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
