import { describe, expect, test } from 'vitest'
import { detailOf } from '../../../src/cli/report-error.ts'
import { OndineError } from '../../../src/errors/ondine-error.ts'
import { parseTerritoryFile } from '../../../src/provisioning/territory/territory-file.ts'

const id = 'id: 6f1c8f0e-6b7a-4c1e-9a52-3f6d0c1b7e21'
const inTenant = (...lines: string[]) => [id, 'tenants:', '  - slug: tours', ...lines.map((line) => `    ${line}`), ''].join('\n')
const inGateway = (...lines: string[]) => inTenant('gateways:', '  - gatewayId: "7076ff0056081234"', ...lines.map((line) => `    ${line}`))

function said(text: string): { en: string; fr: string } {
  try {
    parseTerritoryFile(text, 'territory.yaml')
  } catch (error) {
    if (error instanceof OndineError) return { en: error.message, fr: detailOf(error, 'fr') }
  }
  return { en: '', fr: '' }
}

test('what is left out has a value', () => {
  expect(parseTerritoryFile(inGateway('antenna: { height: 12, gain: 3 }'), 'territory.yaml')).toEqual({
    recipient: null,
    server: null,
    declared: {
      id: id.slice(4),
      tenants: [{ slug: 'tours', name: 'tours', timeZone: 'Europe/Paris' }],
      services: [],
      profiles: [],
      gateways: [
        {
          ...{ tenant: 'tours', gatewayId: '7076ff0056081234', name: '7076ff0056081234', description: '', location: null },
          ...{ antenna: { height: 12, gain: 3, azimuth: null, cableLoss: 0 }, statsInterval: 30, tags: {} },
        },
      ],
    },
  })
})

describe('a fault is told with its line and what to write instead', () => {
  test.for([
    [inTenant('timezone: Europe/Paris'), 'territory.yaml, line 4: tenants[0].timezone: no such key. Write: timeZone'],
    [inTenant('colour: blue'), 'line 4: tenants[0].colour: no such key. Write: slug, name, timeZone, services, profiles, gateways'],
    [inGateway('antenna: { height: 12, gian: 3, gain: 3 }'), 'line 6: tenants[0].gateways[0].antenna.gian: no such key. Write: gain'],
    [
      inTenant('gateways:', '  - gatewayId: 7076000000001234'),
      'line 5: tenants[0].gateways[0].gatewayId: expected string. Write: gatewayId: "7076000000001234"',
    ],
    [inTenant('gateways:', '  - gatewayId: 0016e45000001234'), 'expected string. Write: gatewayId: "0016e45000001234"'],
    [
      inTenant('gateways:', '  - gatewayId: "7076"'),
      'line 5: tenants[0].gateways[0].gatewayId: must be 16 hexadecimal digits. Write: gatewayId: "7076ff0056081234"',
    ],
    [inTenant('timeZone: Paris'), 'line 4: tenants[0].timeZone: must be a time zone such as Europe/Paris. Write: timeZone: Europe/Paris'],
    [
      inTenant('services: [{ slug: eau potable }]'),
      'line 4: tenants[0].services[0].slug: must be letters, digits, "." "_" "-", at most 64.',
    ],
    [inTenant('services:', '  - slug: water', '  - slug: water'), 'line 6: tenants[0].services[1].slug: is there twice'],
    [
      inTenant('services:', '  - { slug: water, name: eau }', '  - { slug: waste, name: eau }'),
      'line 6: tenants[0].services[1].name: is there twice',
    ],
    [inTenant('services: water'), 'line 4: tenants[0].services: expected array. Write: services: [{ slug: water }]'],
    [inTenant('profiles: { qalcosonic: W1 }'), 'line 4: tenants[0].profiles.qalcosonic: must be vendor/model'],
    [inGateway('location: { latitude: 147, longitude: 0.68 }'), 'line 6: tenants[0].gateways[0].location.latitude: must be at most 90'],
    [
      inGateway('location: { latitude: 47,3 }'),
      'line 6: tenants[0].gateways[0].location.3: no such key. Write: latitude, longitude, altitude',
    ],
    [inGateway('tags: { lot: 12 }'), 'line 6: tenants[0].gateways[0].tags.lot: expected string. Write: lot: "12"'],
    [`tenants: [{ slug: tours }]`, 'line 1: id: is missing. Write: id: '],
    [`${id}\ntenants: []`, 'line 2: tenants: must not be empty. Write: tenants: '],
    [`${id}\ntenants:\n  - slug: 37\n`, 'line 3: tenants[0].slug: expected string. Write: slug: "37"'],
    [
      `${id}\nserver: ondine\ntenants: [{ slug: t }]`,
      'line 2: server: must be a URL starting with http:// or https://. Write: server: https://',
    ],
    [inTenant('a: 1', 'b: 2'), '(and 1 more)'],
    ['', 'territory.yaml, line 1: territory.yaml: expected object'],
    [`${id}\n${id}`, 'territory.yaml, line 2: Map keys must be unique'],
  ] as const)('%j', ([text, sentence]) => {
    expect(said(text).en).toContain(sentence)
    // What the YAML library says stays as it is.
    if (!sentence.includes('Map keys')) expect(said(text).fr).not.toMatch(/undefined|must|expected|no such/)
  })

  test('a gateway of two tenants', () => {
    const gateway = 'gateways: [{ gatewayId: "7076ff0056081234" }]'
    const text = [
      id,
      'tenants:',
      `  - { slug: a, ${gateway} }`,
      `  - { slug: b, ${gateway.replace('7076ff', '70-76-ff-').replace('0056081234', '00-56-08-12-34')} }`,
    ].join('\n')
    expect(said(text).en).toContain('line 4: tenants[1].gateways[0].gatewayId: is there twice')
  })

  test('a secret in the place of the recipient is not repeated', () => {
    const secret = 'AGE-SECRET-KEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0SWRS5T5'
    const { en, fr } = said(`${id}\nrecipient: ${secret}\ntenants: [{ slug: t }]`)
    expect(en).toContain('line 2: recipient: must be the recipient of the server, age1…')
    expect(en + fr).not.toContain('QQQS')
  })
})
