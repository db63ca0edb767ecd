import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CodecEngine } from '../../src/codecs/engine/codec-engine.ts'
import { checkExample } from '../../src/codecs/kit/check-example.ts'
import { runExample } from '../../src/codecs/kit/run-examples.ts'
import type { Example, Model } from '../../src/codecs/model.ts'
import { readDeviceProfile } from '../../src/codecs/read-device-profile.ts'
import { Registry } from '../../src/codecs/registry.ts'
import { families } from '../../src/vocabulary/families.ts'
import { codecsFolder, folders, profilesFolder, readExamples, slugs } from './plain-codec.ts'

const logger = pino({ level: 'silent' })
const registry = new Registry({ folders: [codecsFolder], logger })
const engine = new CodecEngine({ logger, processes: 1 })

beforeAll(async () => {
  await registry.start()
  await engine.start()
})
afterAll(() => engine.stop())

function modelOf(slug: string): Model {
  const model = registry.get(slug)
  if (model === undefined) throw new Error(`${slug} is broken: ${registry.problems()[0]?.error.message}`)
  return model
}

test('no folder is half a model', () => {
  expect(slugs.length).toBeGreaterThan(3)
  expect(slugs).toEqual(folders)
  expect(registry.slugs()).toEqual(slugs.toSorted())
})

describe.for(slugs)('%s', (slug) => {
  test('its folder is complete and its device profile can be read', async () => {
    const model = modelOf(slug)
    expect(families.get(model.family)?.service).toBe(model.service)
    expect(existsSync(join(codecsFolder, slug, 'README.md'))).toBe(true)
    const profile = await readDeviceProfile(profilesFolder, model.deviceProfile)
    expect(profile.expectedInterval).toBe(model.expectedInterval)
    for (const { title } of [model, profile])
      expect(title.startsWith(`${model.vendor} `), `${title} begins with ${model.vendor}`).toBe(true)
  })

  test('every command it declares has an example of its encoder', () => {
    const encoded = new Set(readExamples(slug).flatMap((example) => (example.type === 'downlink-encode' ? [example.input.type] : [])))
    for (const [type, { input }] of Object.entries(modelOf(slug).commands)) {
      expect(encoded, type).toContain(Object(input).type)
    }
  })

  test.for(readExamples(slug).map((example) => [`${example.type}: ${example.description}`, example] as const))('%s', ([, example]) =>
    check(slug, example),
  )
})

async function check(slug: string, example: Example): Promise<void> {
  const model = modelOf(slug)
  expect(checkExample(model, example, await runExample(engine, model, example))).toEqual([])
}
