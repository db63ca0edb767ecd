import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { InfluxdbReadingStore } from '../../../src/adapters/influxdb/influxdb-reading-store.ts'
import { aReading } from '../../support/reading-builder.ts'
import { influxdb2Binary, startInfluxdb1, startInfluxdb2 } from '../../support/servers/index.ts'

const page = readFileSync(new URL('../../../docs/influxdb.md', import.meta.url), 'utf8')
const examples = (language: string) => [...page.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map((match) => match[1] ?? '')

interface Dashboard {
  templating: { list: { name: string; type: string; query: string }[] }
  panels: { title: string; targets: { query: string }[] }[]
}
const dashboard: Dashboard = JSON.parse(readFileSync(new URL('../../../deploy/grafana/readings.json', import.meta.url), 'utf8'))
/** As Grafana asks, with its own words filled in. */
const asked = [
  ...dashboard.templating.list.filter(({ type }) => type === 'query').map(({ name, query }) => [name, query] as const),
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ query }) => [title, query] as const)),
].map(([title, query]): [string, string] => {
  const filled = query.replaceAll('$timeFilter', 'time > now() - 7d').replaceAll('$__interval', '1h')
  return [title, filled.replaceAll('$tenant', 'tours').replaceAll('$asset', 'w-7f3k2m9q')]
})
const answered = { results: [{ statement_id: 0, series: expect.any(Array) }] }

const now = new Date(Date.now() - 60_000).toISOString()
const reading = aReading({ time: now, receivedAt: now, flags: { temperature: 'out-of-range' } })

describe('InfluxQL of docs/influxdb.md, on InfluxDB 1', () => {
  let server: Awaited<ReturnType<typeof startInfluxdb1>>
  beforeAll(async () => {
    server = await startInfluxdb1()
    const store = new InfluxdbReadingStore({ kind: 'influxdb1', url: server.url, writing: { radio: true } })
    await store.start()
    await store.write([aReading({ ...reading, time: new Date(Date.now() - 86_400_000).toISOString() }), reading])
    await store.stop()
  })
  afterAll(() => server?.stop())

  test.for(examples('sql').map((query) => [query]))('%s', async ([query]) => {
    const response = await fetch(`${server.url}/query?db=ondine`, { method: 'POST', body: new URLSearchParams({ q: query ?? '' }) })
    expect(await response.json()).toEqual(answered)
  })

  test.for(asked)('Grafana: %s', async ([, query]) => {
    const response = await fetch(`${server.url}/query?db=ondine`, { method: 'POST', body: new URLSearchParams({ q: query }) })
    expect(await response.json()).toEqual(answered)
  })
})

describe.skipIf(influxdb2Binary === undefined)('Flux of docs/influxdb.md, on InfluxDB 2', () => {
  let server: Awaited<ReturnType<typeof startInfluxdb2>>
  beforeAll(async () => {
    server = await startInfluxdb2()
    const { url, org, bucket, token } = server
    const store = new InfluxdbReadingStore({ kind: 'influxdb2', url, org, bucket, token, writing: { radio: true } })
    await store.start()
    const earlier = new Date(Date.now() - 86_400_000).toISOString()
    await store.write([aReading({ ...reading, time: earlier }), { ...reading, radio: { ...reading.radio, gateways: 1 } }])
    await store.stop()
  })
  afterAll(() => server?.stop())

  test.for(examples('flux').map((query) => [query]))('%s', async ([query]) => {
    const response = await fetch(`${server.url}/api/v2/query?org=${server.org}`, {
      method: 'POST',
      headers: { authorization: `Token ${server.token}`, 'content-type': 'application/vnd.flux' },
      body: query ?? '',
    })
    expect(await response.text()).toContain('w-7f3k2m9q')
    expect(response.status).toBe(200)
  })

  test.for([...asked, ...examples('sql').map((query): [string, string] => ['InfluxQL', query])])(
    'Grafana and InfluxQL: %s',
    async ([, query]) => {
      const response = await fetch(`${server.url}/query?db=ondine`, {
        method: 'POST',
        headers: { authorization: `Token ${server.token}` },
        body: new URLSearchParams({ q: query }),
      })
      expect(await response.json()).toEqual(answered)
    },
  )
})

test('the dashboard has panels, and variables for tenant and asset', () => {
  expect(dashboard.panels.length).toBeGreaterThan(3)
  expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['source', 'tenant', 'asset'])
})

test('the page has examples of both languages, and names every member field', () => {
  expect(examples('sql').length).toBeGreaterThan(1)
  expect(examples('flux').length).toBeGreaterThan(1)
})
