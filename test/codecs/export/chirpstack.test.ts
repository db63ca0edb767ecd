import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDeviceProfile } from '../../../src/codecs/kit/export/chirpstack-api.ts'
import { chirpstackCatalogue, type ExportedModel } from '../../../src/codecs/kit/export/chirpstack-catalogue.ts'
import { exportModel, type LeftOut } from '../../../src/codecs/kit/export/export-model.ts'
import { stableId } from '../../../src/codecs/kit/export/stable-id.ts'
import { entriesOf, importEntries, layoutOf } from '../../../src/codecs/kit/import/import-folder.ts'
import { ModelWriter } from '../../../src/codecs/kit/import/model-writer.ts'
import { FolderFiles } from '../../../src/codecs/kit/import/source-files.ts'
import { withWorkbench } from '../../../src/codecs/kit/workbench.ts'
import type { Example } from '../../../src/codecs/model.ts'
import { readDeviceProfile } from '../../../src/codecs/read-device-profile.ts'
import { Registry } from '../../../src/codecs/registry.ts'
import { emptyFolder, folderOf, removeFolders } from '../import/tree.ts'
import { codecsFolder, profilesFolder } from '../plain-codec.ts'

const logger = pino({ level: 'silent' })
const shipped = new Registry({ folders: [codecsFolder], logger })
beforeAll(() => shipped.start())
afterAll(removeFolders)

describe('the shipped models, exported and imported again', () => {
  let exported: { exported: ExportedModel; leftOut: readonly LeftOut[] }[] = []
  let back: Registry
  let profiles: string
  beforeAll(async () => {
    await withWorkbench(async ({ probe, runner }) => {
      exported = []
      for (const model of shipped.list()) exported.push(await exportModel(probe, model, shipped.examples(model.slug), profilesFolder))
      const files = new FolderFiles(await folderOf(Object.fromEntries(chirpstackCatalogue(exported.map((one) => one.exported)))))
      const to = await emptyFolder()
      profiles = join(to, 'device-profiles')
      const writer = new ModelWriter({ folder: join(to, 'codecs'), replace: false })
      const entries = entriesOf(files, layoutOf(files, undefined), undefined)
      const rows = await importEntries({ files, entries, runner, writer, onRow: () => {}, signal: new AbortController().signal })
      expect(rows.filter(({ refused, failed, notTaken }) => refused !== null || failed.length > 0 || notTaken.length > 0)).toEqual([])
      back = new Registry({ folders: [writer.folder], logger })
      await back.start()
    })
  }, 600_000)

  test('every one is there, with its codec to the letter, its profile, and the ids of its EUIs', async () => {
    expect(back.list().map(({ slug }) => slug)).toEqual(shipped.list().map(({ slug }) => slug))
    for (const model of shipped.list()) {
      expect(back.get(model.slug)?.codec.source, model.slug).toBe(model.codec.source)
      expect(back.get(model.slug)?.euiPrefixes, model.slug).toEqual(expect.arrayContaining([...new Set(model.euiPrefixes)]))
      const {
        region,
        macVersion,
        regionalParameters,
        class: deviceClass,
        supportsOtaa,
      } = await readDeviceProfile(profilesFolder, model.deviceProfile)
      const facts = { region, macVersion, regionalParameters, class: deviceClass, supportsOtaa }
      expect(await readDeviceProfile(profiles, model.slug), model.slug).toMatchObject(facts)
    }
  })

  test('every example comes back as it was, but for what a test of ChirpStack cannot say', () => {
    for (const { exported: one, leftOut } of exported) {
      const { slug } = one.model
      const gone = new Set(leftOut.map(({ description }) => description))
      const facts = (example: Example) => [example.type, example.description, frameOf(example)]
      const wanted = shipped.examples(slug).filter(({ type, description }) => type !== 'downlink-decode' && !gone.has(description))
      const kept = back.examples(slug).filter(({ description }) => !gone.has(description))
      expect(kept.map(facts).toSorted(), slug).toEqual(wanted.map(facts).toSorted())
    }
  })

  test('ChirpStack’s QuickJS refuses none of them', () => {
    expect(exported.flatMap(({ leftOut }) => leftOut.filter(({ error }) => error !== null))).toEqual([])
  })
})

function frameOf(example: Example): unknown {
  return example.type === 'downlink-encode' ? example.output : [example.input.fPort, example.input.hex.toLowerCase()]
}

test('the API’s device profile is that of the model, with its codec and its tag', async () => {
  const model = shipped.get('nasys/ul20xx') ?? expect.fail('there is no such model')
  const profile = await readDeviceProfile(profilesFolder, model.deviceProfile)
  const script = { variant: null, firmware: [], source: model.codec.source, decode: [], encode: [] }
  const { deviceProfile } = createDeviceProfile('a-tenant', model, profile, script)
  expect(deviceProfile).toMatchObject({
    tenantId: 'a-tenant',
    name: model.title,
    region: 'EU868',
    payloadCodecRuntime: 'JS',
    tags: { model: 'nasys/ul20xx' },
  })
  expect(deviceProfile).toMatchObject({ supportsClassC: profile.class === 'C', payloadCodecScript: model.codec.source })
  expect(deviceProfile.macVersion).toMatch(/^LORAWAN_1_\d_\d$/)
})

test('ids stay the same from one export to the next, and differ from model to model', () => {
  expect(stableId('a/b')).toBe(stableId('a/b'))
  expect(stableId('a/b')).not.toBe(stableId('a/c'))
  expect(stableId('a/b')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
