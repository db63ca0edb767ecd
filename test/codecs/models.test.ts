import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CodecFailure } from '../../src/codecs/codec-runner.ts'
import { CodecEngine } from '../../src/codecs/engine/codec-engine.ts'
import type { Example, Model } from '../../src/codecs/model.ts'
import { normalise } from '../../src/codecs/normalise.ts'
import { readDeviceProfile } from '../../src/codecs/read-device-profile.ts'
import { Registry } from '../../src/codecs/registry.ts'
import { scriptFor } from '../../src/codecs/variant.ts'
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

function check(slug: string, example: Example): Promise<void> {
  switch (example.type) {
    case 'uplink':
      return checkUplink(slug, example)
    case 'downlink-encode':
      return checkEncode(slug, example)
    case 'downlink-decode':
      return checkDecode(slug, example)
  }
}

async function checkUplink(slug: string, example: Extract<Example, { type: 'uplink' }>): Promise<void> {
  const { fPort, hex, recvTime = '2026-11-22T06:00:00.000Z', variables = {}, parameters = {}, firmware = null } = example.input
  const bytes = Buffer.from(hex, 'hex')
  const codec = scriptFor(modelOf(slug), { frame: { fPort, bytes }, firmware })
  const [result] = await engine.decode([{ codec, fPort, bytes, recvTime, variables }])
  if (result === undefined) throw new Error('no result')
  if (!result.ok) return expectErrors(result, example.errors)
  expect(example.errors, 'the frame should be refused').toBeUndefined()
  expectHolds(result.data, example.output ?? {}, 'data')
  const readings = normalise(modelOf(slug), result.data, {
    receivedAt: new Date(recvTime).toISOString(),
    parameters: () => parameters,
  })
  const newest = Object.fromEntries(readings.map(({ channel, values }) => [channel, values]))
  expectHolds(newest, example.normalized ?? {}, 'normalized')
  expect(Object.keys(newest)).toEqual(Object.keys(example.normalized ?? {}))
}

async function checkEncode(slug: string, example: Extract<Example, { type: 'downlink-encode' }>): Promise<void> {
  const result = await engine.encode(modelOf(slug).codec, example.input)
  if (!result.ok) return expectErrors(result, example.errors)
  expect({ fPort: result.fPort, hex: Buffer.from(result.bytes).toString('hex') }).toEqual(example.output)
}

async function checkDecode(slug: string, example: Extract<Example, { type: 'downlink-decode' }>): Promise<void> {
  const result = await engine.decodeDownlink(modelOf(slug).codec, example.input.fPort, Buffer.from(example.input.hex, 'hex'))
  if (!result.ok) return expectErrors(result, example.errors)
  expectHolds(result.data, example.output, 'data')
}

function expectErrors(result: CodecFailure, errors: readonly string[] | undefined): void {
  expect(result.reason).toBe('codec-error')
  expect(errors, `refused: ${result.errors.join('; ')}`).toBeDefined()
  for (const part of errors ?? []) expect(result.errors.join('\n')).toContain(part)
}

/** Every key of `wanted` is in `found` with its value; numbers to a millionth. */
function expectHolds(found: unknown, wanted: unknown, path: string): void {
  if (typeof wanted === 'number' && typeof found === 'number') {
    expect(Math.abs(found - wanted), `${path}: ${found} instead of ${wanted}`).toBeLessThanOrEqual(1e-6 * Math.abs(wanted))
  } else if (Array.isArray(wanted)) {
    expect(found, path).toHaveLength(wanted.length)
    for (const [index, entry] of wanted.entries()) expectHolds(Reflect.get(Object(found), index), entry, `${path}[${index}]`)
  } else if (typeof wanted === 'object' && wanted !== null) {
    for (const [key, value] of Object.entries(wanted)) expectHolds(Reflect.get(Object(found), key), value, `${path}.${key}`)
  } else {
    expect(found, path).toBe(wanted)
  }
}
