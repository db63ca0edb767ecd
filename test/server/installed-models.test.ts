import { setImmediate as turn } from 'node:timers/promises'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { Registry } from '../../src/codecs/registry.ts'
import { InstalledModels } from '../../src/server/installed-models.ts'
import { flowModel, ModelFolder } from '../support/model-folder.ts'

const slug = 'acme/flow-2'
const folder = new ModelFolder()
afterEach(() => folder.remove())

test('a reload takes up models and their device profiles in one moment', async () => {
  folder.put(slug)
  const logger = pino({ level: 'silent' })
  const registry = new Registry({ folders: [folder.codecs], logger })
  await registry.start()
  const models = new InstalledModels(registry, logger, async () => new Map())
  await models.start()
  const other = { title: 'Flow 3', region: 'EU868', macVersion: '1.0.3', regionalParameters: 'A', class: 'C', supportsOtaa: true }
  folder.write(`device-profiles/${slug}.yaml`, stringify({ ...other, expectedInterval: 3600 }))
  folder.put('acme/bin')
  folder.write(`codecs/${slug}/model.yaml`, stringify({ ...flowModel, title: 'Flow 3' }))

  const seen = new Set<string>()
  const look = () =>
    seen.add(
      `${models.get(slug)?.title} ${models.profileOf(slug)?.class} ${models.get('acme/bin')?.slug} ${models.profileOf('acme/bin')?.class}`,
    )
  let isReloaded = false
  const reloading = models.reload().then(() => {
    isReloaded = true
  })
  while (!isReloaded) {
    look()
    await turn()
  }
  await reloading
  look()
  expect([...seen]).toEqual(['Acme Flow 2 water meter A undefined undefined', 'Flow 3 C acme/bin C'])
})
