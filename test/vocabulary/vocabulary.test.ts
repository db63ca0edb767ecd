import { describe, expect, test } from 'vitest'
import { families } from '../../src/vocabulary/families.ts'
import { flags } from '../../src/vocabulary/flags.ts'
import { measurements, subjects } from '../../src/vocabulary/measurements.ts'

// RFC 8428 §12.1, RFC 8798 §3 and the IANA registry of SenML units, as far as the vocabulary uses them.
const senml = [
  'm',
  'm3',
  'm3/s',
  'Cel',
  '/',
  '/100',
  '%RH',
  '%EL',
  'S/m',
  'lx',
  'V',
  'A',
  'W',
  'Pa',
  'hPa',
  'Hz',
  's',
  'dB',
  'dBm',
  'm/s',
  'km/h',
].concat(['W/m2', 'kWh', 'kvarh', 'Ah', 'ppm', 'ug/m3', 'mm', 'mm/h', 'count', 'deg', 'lat', 'lon', 'var', 'VA'])
// The registry has no number per volume.
const ours = ['1/cm3']

describe.for([...measurements])('%s', ([name, measurement]) => {
  test('says what it is in both languages', () => {
    expect(name).toMatch(/^[a-z][A-Za-z0-9]*$/)
    expect(measurement.label.en).not.toBe('')
    expect(measurement.label.fr).not.toBe('')
  })

  test('has a unit and a range where it is a quantity, and none where it is not', () => {
    const quantity = measurement.kind === 'gauge' || measurement.kind === 'counter'
    if (quantity) expect([...senml, ...ours]).toContain(measurement.unit)
    else expect(measurement.unit).toBeNull()
    expect(measurement.range !== undefined).toBe(quantity)
    if (measurement.range !== undefined) expect(measurement.range[0]).toBeLessThan(measurement.range[1])
  })

  test('adds up over time as its kind does', () => {
    expect(measurement.over === 'difference').toBe(measurement.kind === 'counter')
    if (measurement.latches) expect(measurement.kind).toBe('alarm')
    expect(measurement.states === undefined || measurement.kind === 'state').toBe(true)
  })
})

test('no name is declared under two subjects', () => {
  expect(subjects.flatMap(({ table }) => Object.keys(table))).toHaveLength(measurements.size)
})

test('labels are not used twice', () => {
  for (const language of ['en', 'fr'] as const) {
    const labels = [...measurements.values()].map(({ label }) => label[language])
    expect(new Set(labels).size).toBe(labels.length)
  }
})

test('families name a service that can be a topic level', () => {
  for (const [slug, { service }] of families) {
    expect(slug).toMatch(/^[a-z][a-z-]*$/)
    expect(service).toMatch(/^[a-z]+$/)
  }
})

test('flags are words of a stable shape', () => {
  for (const name of Object.keys(flags)) expect(name).toMatch(/^[a-z][a-z-]*$/)
})
