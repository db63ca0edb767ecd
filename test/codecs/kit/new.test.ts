import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CodecEngine } from '../../../src/codecs/engine/codec-engine.ts'
import { lintModel } from '../../../src/codecs/kit/lint/lint-model.ts'
import { findModels } from '../../../src/codecs/kit/model-folders.ts'
import { makeModel } from '../../../src/codecs/kit/new/make-model.ts'
import { Probe } from '../../../src/codecs/kit/probe/probe.ts'
import { testModel } from '../../../src/codecs/kit/test-model.ts'
import { families } from '../../../src/vocabulary/families.ts'
import { ModelFolder } from '../../support/model-folder.ts'

const runner = new CodecEngine({ logger: pino({ level: 'silent' }), processes: 1 })
const probe = new Probe()
const folder = new ModelFolder()
const { codecs } = folder

beforeAll(() => runner.start())
afterAll(async () => {
  probe.stop()
  await runner.stop()
  folder.remove()
})

test.for([...families.keys()])('a new model of the family %s passes its test and its lint', async (family) => {
  const slug = `acme/${family}`
  await makeModel({ slug, family, codecs })
  const folders = await findModels(slug, codecs)
  const report = await testModel({ registry: folders.registry, runner, probe }, slug)
  expect(report).toMatchObject({ problem: null, failures: [], linesCovered: 100, chirpstack: [] })
  expect(report.passed).toBeGreaterThan(12)
  expect(await lintModel(folders, slug, { runner, probe })).toEqual([])
})

describe('what is made', () => {
  test('schemas for editors stand where the files say they are', async () => {
    await makeModel({ slug: 'acme/one', family: 'indoor', codecs })
    for (const file of [join(codecs, 'acme/one/model.yaml'), join(folder.root, 'device-profiles/acme/one.yaml')]) {
      const [, path = ''] = /^# yaml-language-server: \$schema=(.+)$/m.exec(readFileSync(file, 'utf8')) ?? []
      expect(existsSync(join(file, '..', path)), path).toBe(true)
    }
  })

  test('a title of one’s own names the vendor', async () => {
    await makeModel({ slug: 'acme/two', family: 'indoor', title: 'ACME Two', codecs })
    expect(readFileSync(join(codecs, 'acme/two/model.yaml'), 'utf8')).toContain('title: ACME Two\nvendor: ACME\n')
  })

  test('what is there is left as it is, a device profile too', async () => {
    mkdirSync(join(codecs, 'acme/three'), { recursive: true })
    await expect(makeModel({ slug: 'acme/three', family: 'indoor', codecs })).rejects.toMatchObject({ code: 'kit.exists' })
    writeFileSync(join(folder.root, 'device-profiles/acme/four.yaml'), 'mine')
    await expect(makeModel({ slug: 'acme/four', family: 'indoor', codecs })).rejects.toMatchObject({ code: 'kit.exists' })
    expect(existsSync(join(codecs, 'acme/four'))).toBe(false)
  })

  test.for(['acme', 'Acme/x', 'acme/../x', '../x', 'a/b/c', 'acme/'])('%s is no name of a model', async (slug) => {
    await expect(makeModel({ slug, family: 'indoor', codecs })).rejects.toMatchObject({ code: 'kit.bad-slug' })
  })

  test('a family that is none names those that are', async () => {
    const made = makeModel({ slug: 'acme/five', family: 'watermeter', codecs })
    await expect(made).rejects.toMatchObject({ code: 'kit.unknown-family', context: { near: 'water-meter' } })
  })
})
