import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { cli } from '../support/cli.ts'
import { SqlApiFixture } from '../support/sql-api-fixture.ts'

let fixture: SqlApiFixture
let admin = ''
let reader = ''

beforeEach(async () => {
  fixture = await new SqlApiFixture().start()
  await fixture.fill()
  admin = await fixture.issue({ account: 'root' })
  reader = await fixture.issue({ account: 'desk', role: 'reader', tenant: 'tours' })
})
afterEach(() => fixture.stop())

const meter = '0018b20000001a2b'
const spare = '0018b20000008888'
const ask = (...line: string[]) => cli(line, { environment: { ONDINE_URL: fixture.url, ONDINE_TOKEN: admin } })
const install = (...line: string[]) => ask('device', 'install', ...line, '--tenant', 'tours')
const get = async (path: string, token = admin) => {
  const response = await fixture.fetch(path, { token })
  const body = (await response.json()) as { items?: unknown[] }
  return { status: response.status, body }
}

describe('device install', () => {
  test('takes the devEui of the label, and says under which name a dwelling is published', async () => {
    const { code, out } = await install('00:18:B2:00:00:00:88:88', 'W-1042', '--service', 'water')
    expect(code).toBe(0)
    expect(out.split('\n')[0]).toBe(spare)
    expect(out).toMatch(/^W-1042 is published as w-[0-9a-z]{8}\.$/m)
    expect((await ask('device', 'show', '00-18-b2-00-00-00-88-88')).out).toMatch(/^ +installed +W-1042 /m)
    const slug = JSON.parse((await install(spare, 'W-1042', '--json')).out).installations[0].asset
    expect((await install(spare, slug)).out).not.toContain('published')
  })

  test('does not drive out the device that serves the asset, unless told to', async () => {
    const refused = await install(spare, 'PDL-1')
    expect(refused).toMatchObject({ code: 4, out: '' })
    expect(refused.err).toContain(`Asset "PDL-1" is served by device ${meter} (main), never heard so far`)
    expect((await install(spare, 'PDL-1', '--replace')).code).toBe(0)
    expect((await ask('device', 'show', meter)).out).toContain('in stock')
  })

  test('a service or a tenant that is none is refused with those there are, unless it is said to be new', async () => {
    expect(await install(spare, 'W-1042', '--service', 'watr')).toMatchObject({ code: 4, err: expect.stringContaining('lighting, water') })
    const nowhere = ['device', 'install', spare, 'W-1042', '--service', 'water', '--tenant', 'tour']
    expect(await ask(...nowhere)).toMatchObject({ code: 4, err: expect.stringContaining('there are: blois, tours.') })
    expect((await ask(...nowhere, '--new-tenant', '--new-service')).code).toBe(0)
    expect((await install('0018b20000008889', 'G-1', '--service', 'gas', '--new-service')).code).toBe(0)
  })

  test('without a service, a new asset is of the model’s, which is made; an asset of another service is refused', async () => {
    const model = ['--model', 'milesight/em400-mud', '--parameter', 'emptyDistance=2']
    const made = await install(spare, 'B-1', ...model, '--json')
    expect(JSON.parse(made.out)).toMatchObject({ service: 'waste', installations: [{ asset: 'B-1', service: 'waste' }] })
    const wrong = await install('0018b20000008889', 'L-Foch-014', ...model, '--replace')
    expect(wrong).toMatchObject({
      code: 4,
      err: expect.stringMatching(/service "lighting", and milesight\/em400-mud is a model for "waste"/),
    })
  })

  test('a commune alone makes a place with the code as its name', async () => {
    await install(spare, 'L-9', '--service', 'lighting', '--commune', '37261')
    expect((await get('/v1/assets/L-9')).body).toMatchObject({ site: { name: 'L-9', commune: '37261' } })
  })
})

describe('an asset by its code', () => {
  test('is found in lists, readings and state, and never told to the log', async () => {
    for (const path of ['', '/readings', '/state']) expect((await get(`/v1/assets/PDL-1${path}`)).status).toBe(200)
    expect((await get('/v1/assets/PDL-1')).body).toMatchObject({ slug: 'w-7f3k2m9q', code: 'PDL-1' })
    expect((await get('/v1/assets/PDL-1/state')).body).toMatchObject({ asset: 'w-7f3k2m9q' })
    for (const path of ['/v1/assets/PDL-1/readings', '/v1/readings?asset=PDL-1']) {
      expect((await get(path)).body.items).toMatchObject([{ asset: 'w-7f3k2m9q', tenant: 'tours' }])
    }
    expect((await ask('device', 'list', '--asset', 'PDL-1')).out).toContain(meter)
    expect((await ask('reading', 'list', 'PDL-1')).out).toContain('w-7f3k2m9q')
    await vi.waitFor(() => expect(fixture.logLines.join('')).toContain('/v1/assets/{slug}/state'))
    expect(fixture.logLines.join('')).not.toContain('PDL-1')
  })

  test('takes orders, which bear the slug', async () => {
    await install(spare, 'L Foch 15', '--model', 'nasys/ul20xx')
    const ordered = await ask('command', 'dim', 'L Foch 15', '40', '--json')
    expect(JSON.parse(ordered.out)).toMatchObject({ asset: 'L-Foch-15', devEui: spare })
    expect(JSON.parse((await ask('command', 'list', '--asset', 'L Foch 15', '--json')).out).items).toMatchObject([{ asset: 'L-Foch-15' }])
  })

  test('of a dwelling is none to a reader', async () => {
    expect((await get('/v1/assets/PDL-1', reader)).status).toBe(404)
    expect((await get('/v1/devices?asset=PDL-1', reader)).body).toMatchObject({ items: [] })
    expect((await get('/v1/assets/w-7f3k2m9q', reader)).body).toMatchObject({ code: 'w-7f3k2m9q' })
  })
})
