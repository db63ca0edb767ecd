import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiFixture } from '../support/api-fixture.ts'

const fixture = new ApiFixture()
let root = ''
let tours = ''

beforeAll(async () => {
  await fixture.start()
  await fixture.fill()
  root = await fixture.tokens.issue({ account: 'root' })
  tours = await fixture.tokens.issue({ account: 'tours', tenant: 'tours' })
})
afterAll(() => fixture.stop())

const troubles = async () => {
  const { items } = (await (await fixture.fetch('/v1/codecs', { token: root })).json()) as { items: { model: string; trouble: unknown }[] }
  return Object.fromEntries(items.map(({ model, trouble }) => [model, trouble]))
}

test('a codec with strikes says so in the list, until it is enabled', async () => {
  const reason = 'the codec did not come to its end within 100 ms'
  fixture.struck = [
    { model: 'nasys/ul20xx', file: 'simulate.js', strikes: 1, disabled: false, reason: 'odd' },
    { model: 'nasys/ul20xx', file: 'codec.js', strikes: 3, disabled: true, reason },
  ]
  expect(await troubles()).toEqual({ 'milesight/em400-mud': null, 'nasys/ul20xx': { disabled: true, strikes: 3, reason } })
  const enabled = await fixture.post('/v1/codecs/nasys/ul20xx/enable', root, {})
  expect(await enabled.json()).toMatchObject({ model: 'nasys/ul20xx', trouble: null })
  expect(await troubles()).toMatchObject({ 'nasys/ul20xx': null })
})

test('a model that is not there cannot be enabled', async () => {
  const response = await fixture.post('/v1/codecs/acme/none/enable', root, {})
  expect(await response.json()).toMatchObject({ status: 404, code: 'codec.unknown-model' })
})

test('a reload tells what it found, and is not for one tenant’s administrator', async () => {
  expect(await (await fixture.post('/v1/codecs/reload', root, {})).json()).toEqual({
    added: ['acme/flow'],
    changed: [],
    removed: [],
    broken: [],
  })
  const refused = await fixture.post('/v1/codecs/reload', tours, {})
  expect(await refused.json()).toMatchObject({ status: 403, code: 'access.one-tenant-only' })
})
