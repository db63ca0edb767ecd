import { isContractProcedure } from '@orpc/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contract } from '../../src/api/contract/contract.ts'
import { ApiFixture } from '../support/api-fixture.ts'
import { ownerId, planId } from '../support/provisioning-fixture.ts'
import { SqlApiFixture } from '../support/sql-api-fixture.ts'

interface Route {
  method: string
  path: string
}

const routes: Route[] = Object.values(contract).flatMap((resource) =>
  Object.values(resource).flatMap((procedure): Route[] => {
    if (!isContractProcedure(procedure)) return []
    const { method, path } = procedure['~orpc'].route
    return [{ method: method ?? '', path: path ?? '' }]
  }),
)

/** elsewhere: that the device is registered is said, for whoever holds it in hand; where, is not */
type Expectation = 'not found' | 'elsewhere' | 'nothing' | 'own figures' | 'shared' | 'forbidden'

const aTerritory = {
  ...{ id: ownerId, tenants: [{ slug: 'tours', name: 'Tours', timeZone: 'Europe/Paris' }], services: [] },
  ...{ profiles: [], gateways: [], devices: [], installations: [] },
}

/**
 * How each route is asked for something of `tours` and what `blois` must get. A route of the contract without a line
 * here fails: it could give away another tenant's data.
 */
const asked: Record<string, { path: string; body?: unknown; foreign: Expectation }> = {
  'GET /v1/status': { path: '/v1/status', foreign: 'own figures' },
  'GET /v1/doctor': { path: '/v1/doctor', foreign: 'shared' },
  'GET /v1/devices': { path: '/v1/devices?tenant=tours', foreign: 'nothing' },
  'GET /v1/devices/{devEui}': { path: '/v1/devices/0018b20000001a2b', foreign: 'not found' },
  'PUT /v1/devices/{devEui}/installation': {
    path: '/v1/devices/0018b20000001a2b/installation',
    body: { asset: 'stolen', service: 'water' },
    foreign: 'elsewhere',
  },
  'GET /v1/gateways': { path: '/v1/gateways', foreign: 'nothing' },
  'GET /v1/assets': { path: '/v1/assets?tenant=tours', foreign: 'nothing' },
  'GET /v1/assets/{slug}': { path: '/v1/assets/w-7f3k2m9q', foreign: 'not found' },
  'GET /v1/assets/{slug}/readings': { path: '/v1/assets/w-7f3k2m9q/readings', foreign: 'not found' },
  'GET /v1/assets/{slug}/state': { path: '/v1/assets/w-7f3k2m9q/state', foreign: 'not found' },
  'GET /v1/readings': { path: '/v1/readings?tenant=tours', foreign: 'nothing' },
  'GET /v1/readings/last': { path: '/v1/readings/last', foreign: 'nothing' },
  'GET /v1/readings/series': { path: '/v1/readings/series?asset=w-7f3k2m9q&name=volume', foreign: 'not found' },
  'GET /v1/readings/gaps': { path: '/v1/readings/gaps?asset=w-7f3k2m9q&interval=3600', foreign: 'not found' },
  'GET /v1/readings/completeness': { path: '/v1/readings/completeness', foreign: 'nothing' },
  'GET /v1/readings/export': { path: '/v1/readings/export?tenant=tours', foreign: 'nothing' },
  'GET /v1/stream': { path: '/v1/stream?tenant=tours', foreign: 'nothing' },
  'POST /v1/commands': { path: '/v1/commands', body: { asset: 'L-Foch-014', command: { type: 'dim', level: 40 } }, foreign: 'not found' },
  'GET /v1/commands': { path: '/v1/commands?asset=L-Foch-014', foreign: 'nothing' },
  'GET /v1/commands/{id}': { path: '/v1/commands/{order}', foreign: 'not found' },
  'GET /v1/codecs': { path: '/v1/codecs', foreign: 'shared' },
  'POST /v1/codecs/reload': { path: '/v1/codecs/reload', foreign: 'forbidden' },
  'POST /v1/codecs/{vendor}/{model}/enable': { path: '/v1/codecs/nasys/ul20xx/enable', foreign: 'forbidden' },
  'GET /v1/dead-letters': { path: '/v1/dead-letters', foreign: 'nothing' },
  'GET /v1/dead-letters/{id}': { path: '/v1/dead-letters/{letter}', foreign: 'not found' },
  'POST /v1/dead-letters/retry': { path: '/v1/dead-letters/retry', body: {}, foreign: 'nothing' },
  'POST /v1/dead-letters/{id}/retry': { path: '/v1/dead-letters/{letter}/retry', body: {}, foreign: 'not found' },
  'POST /v1/replays': { path: '/v1/replays', body: { model: 'nasys/ul20xx', from: '2026-11-01T00:00:00Z' }, foreign: 'not found' },
  'GET /v1/replays': { path: '/v1/replays', foreign: 'nothing' },
  'GET /v1/replays/{number}': { path: '/v1/replays/1', foreign: 'not found' },
  'POST /v1/replays/{number}/stop': { path: '/v1/replays/1/stop', body: {}, foreign: 'not found' },
  'GET /v1/provisioning/recipient': { path: '/v1/provisioning/recipient', foreign: 'shared' },
  'POST /v1/provisioning/plans': { path: '/v1/provisioning/plans', body: { territory: aTerritory }, foreign: 'not found' },
  'GET /v1/provisioning/plans/{id}': { path: `/v1/provisioning/plans/${planId}`, foreign: 'not found' },
  'GET /v1/provisioning/plans/{id}/rows': { path: `/v1/provisioning/plans/${planId}/rows`, foreign: 'not found' },
  'POST /v1/provisioning/plans/{id}/apply': { path: `/v1/provisioning/plans/${planId}/apply`, body: {}, foreign: 'not found' },
  'GET /v1/provisioning/jobs': { path: '/v1/provisioning/jobs', foreign: 'nothing' },
  'GET /v1/provisioning/jobs/{id}': { path: '/v1/provisioning/jobs/1', foreign: 'not found' },
  'GET /v1/provisioning/jobs/{id}/rows': { path: '/v1/provisioning/jobs/1/rows', foreign: 'not found' },
  'POST /v1/provisioning/jobs/{id}/stop': { path: '/v1/provisioning/jobs/1/stop', body: {}, foreign: 'not found' },
  'POST /v1/provisioning/jobs/{id}/resume': { path: '/v1/provisioning/jobs/1/resume', body: {}, foreign: 'not found' },
  'POST /v1/provisioning/adopt': { path: '/v1/provisioning/adopt', body: {}, foreign: 'forbidden' },
  'GET /v1/provisioning/drift': { path: '/v1/provisioning/drift', foreign: 'nothing' },
  'GET /v1/provisioning/drift/keys-time': { path: '/v1/provisioning/drift/keys-time?tenant=tours', foreign: 'not found' },
  'POST /v1/provisioning/drift': {
    path: '/v1/provisioning/drift',
    body: { objects: [{ kind: 'gateway', key: '7076ff0056081234' }], action: 'adopt' },
    foreign: 'not found',
  },
  'GET /v1/provisioning/changes': { path: `/v1/provisioning/changes?owner=${ownerId}`, foreign: 'nothing' },
  'POST /v1/devices': { path: '/v1/devices', body: { devEui: '0018b20000001a2b', service: 'water' }, foreign: 'elsewhere' },
  'POST /v1/labels': { path: '/v1/labels', body: { label: '0018b20000001a2b' }, foreign: 'shared' },
  'POST /v1/assets/{asset}/swap': { path: '/v1/assets/w-7f3k2m9q/swap', body: { devEui: '0018b20000001a2c' }, foreign: 'not found' },
  'POST /v1/swaps/{number}/undo': { path: '/v1/swaps/1/undo', body: {}, foreign: 'not found' },
  'POST /v1/devices/{devEui}/move': { path: '/v1/devices/0018b20000001a2b/move', body: { service: 'water' }, foreign: 'not found' },
  'POST /v1/devices/{devEui}/disable': { path: '/v1/devices/0018b20000001a2b/disable', body: {}, foreign: 'not found' },
  'POST /v1/devices/{devEui}/restore': { path: '/v1/devices/0018b20000001a2b/restore', body: {}, foreign: 'not found' },
  'POST /v1/devices/{devEui}/retire': { path: '/v1/devices/0018b20000001a2b/retire', body: {}, foreign: 'not found' },
  'POST /v1/devices/{devEui}/flush-nonces': { path: '/v1/devices/0018b20000001a2b/flush-nonces', body: {}, foreign: 'not found' },
  'POST /v1/gateways/{gatewayId}/certificate': { path: '/v1/gateways/7076ff0056081234/certificate', body: {}, foreign: 'not found' },
  'GET /v1/gateways/unknown': { path: '/v1/gateways/unknown', foreign: 'shared' },
  'POST /v1/tokens': { path: '/v1/tokens', body: { name: 'x', role: 'reader', tenant: 'tours' }, foreign: 'forbidden' },
  'GET /v1/tokens': { path: '/v1/tokens', foreign: 'nothing' },
  'DELETE /v1/tokens/{id}': { path: '/v1/tokens/{token}', foreign: 'not found' },
}

test('every route of the contract is asked here, and nothing else', () => {
  expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(Object.keys(asked).sort())
})

describe.for([
  ['fakes', new ApiFixture()],
  ['SQLite', new SqlApiFixture()],
] as const)('over %s', ([, fixture]) => {
  let tours = ''
  let blois = ''
  let orderId = ''
  let tokenId = ''
  let letterId = ''

  const firstOf = async (list: string) => {
    const { items } = (await (await fixture.fetch(list, { token: tours })).json()) as { items: { id: string }[] }
    return items[0]!.id
  }

  beforeAll(async () => {
    await fixture.start()
    await fixture.fill()
    tours = await fixture.issue({ account: 'tours', tenant: 'tours' })
    blois = await fixture.issue({ account: 'blois', tenant: 'blois' })
    orderId = await firstOf('/v1/commands')
    tokenId = await firstOf('/v1/tokens')
    letterId = await firstOf('/v1/dead-letters')
  })
  afterAll(() => fixture.stop())

  describe.for(routes)('$method $path', ({ method, path }) => {
    const request = asked[`${method} ${path}`]

    const ask = (token: string | undefined) =>
      fixture.fetch(request!.path.replace('{order}', orderId).replace('{token}', tokenId).replace('{letter}', letterId), {
        method,
        ...(token === undefined ? {} : { token }),
        ...(request!.body === undefined ? {} : { body: JSON.stringify(request!.body), headers: { 'content-type': 'application/json' } }),
      })

    test('without a token: 401, as problem details', async () => {
      const response = await ask(undefined)
      expect(response.status).toBe(401)
      expect(response.headers.get('content-type')).toContain('application/problem+json')
      expect(await response.json()).toMatchObject({ status: 401, code: 'access.token-missing' })
    })

    test('with a token that is not in force: 401', async () => {
      expect((await ask(`ond_${'A'.repeat(43)}`)).status).toBe(401)
    })

    test('another tenant’s token gets nothing', async () => {
      const response = await ask(blois)
      if (request?.foreign === 'not found') expect(response.status).toBe(404)
      if (request?.foreign === 'elsewhere') expect([404, 409]).toContain(response.status)
      if (request?.foreign === 'forbidden') expect(response.status).toBe(403)
      const body = await response.text()
      if (request?.foreign === 'elsewhere') expect(body).not.toContain('tours')
      if (request?.foreign === 'nothing' || request?.foreign === 'own figures' || request?.foreign === 'shared') {
        expect(response.status).toBeLessThan(300)
        expect(body).not.toMatch(/tours|w-7f3k2m9q|L-Foch-014|0018b20000001a2b|7076ff0056081234/)
      }
    })

    if (method !== 'GET' || path === '/v1/stream' || path === '/v1/readings/export') return
    test('its own token gets something', async () => {
      const response = await ask(tours)
      expect(response.status).toBe(200)
      const body: unknown = await response.json()
      if (typeof body === 'object' && body !== null && 'items' in body) expect(body.items).not.toEqual([])
    })
  })
})
