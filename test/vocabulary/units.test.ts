import { describe, expect, test } from 'vitest'
import { measurements } from '../../src/vocabulary/measurements.ts'
import { conversion, unitSuffix } from '../../src/vocabulary/units.ts'

describe('conversion', () => {
  test.each([
    ['m3', 'm3', 1, 0],
    ['L', 'm3', 0.001, 0],
    ['m3ph', 'm3/s', 1 / 3600, 0],
    ['Lph', 'm3/s', 1 / 3_600_000, 0],
    ['uSpcm', 'S/m', 0.0001, 0],
    ['mSpcm', 'S/m', 0.1, 0],
    ['kPa', 'Pa', 1000, 0],
    ['kPa', 'hPa', 10, 0],
    ['bar', 'Pa', 100_000, 0],
    ['Wh', 'kWh', 0.001, 0],
    ['varh', 'kvarh', 0.001, 0],
    ['nm', 'mm', 0.000001, 0],
    ['mm', 'mm', 1, 0],
    ['cm', 'm', 0.01, 0],
    ['min', 's', 60, 0],
    ['mps', 'm/s', 1, 0],
    ['mps', 'km/h', 3.6, 0],
    ['kmph', 'km/h', 1, 0],
    ['kmph', 'm/s', 1 / 3.6, 0],
    ['pct', '/100', 1, 0],
    ['pct', '%EL', 1, 0],
    ['pctRH', '%RH', 1, 0],
    ['pct', '/', 0.01, 0],
    ['pct', '%RH', 1, 0],
    ['index', '/', 1, 0],
    ['deg', 'lat', 1, 0],
    ['Cel', 'Cel', 1, 0],
    ['K', 'Cel', 1, -273.15],
    ['ppb', 'ppm', 0.001, 0],
    ['pcm3', '1/cm3', 1, 0],
    ['mV', 'V', 0.001, 0],
  ])('%s → %s', (suffix, senml, scale, offset) => {
    const found = conversion(suffix, senml)
    expect(found?.scale).toBeCloseTo(scale, 15)
    expect(found?.offset).toBeCloseTo(offset, 12)
  })

  test('Fahrenheit: water freezes at 32 and boils at 212', () => {
    const { scale, offset } = conversion('degF', 'Cel') ?? { scale: Number.NaN, offset: Number.NaN }
    expect(32 * scale + offset).toBeCloseTo(0, 10)
    expect(212 * scale + offset).toBeCloseTo(100, 10)
  })

  test('decimal scales have no dust, so that a model can write them as they are', () => {
    expect(conversion('Wh', 'kWh')).toEqual({ scale: 0.001, offset: 0 })
    expect(conversion('uSpcm', 'S/m')).toEqual({ scale: 0.0001, offset: 0 })
    expect(conversion('nm', 'mm')).toEqual({ scale: 0.000001, offset: 0 })
  })

  test.each([
    ['m3', 'm'],
    ['V', 'A'],
    ['ppm', 'ug/m3'],
    ['dB', 'dBm'],
    ['mmph', 'm/s'],
    ['W', 'kWh'],
    ['bushel', 'm3'],
    ['m3', 'bushel'],
    ['index', '/100'],
    ['pctRH', '/100'],
    ['toString', 'm'],
  ])('%s is no %s', (suffix, senml) => {
    expect(conversion(suffix, senml)).toBeNull()
  })
})

describe('unitSuffix', () => {
  test.each([
    ['volume_m3', 'm3'],
    ['flowMax_m3ph', 'm3ph'],
    ['lamps[address=dali-broadcast].level_pct', 'pct'],
    ['history[*].soilConductivity_uSpcm', 'uSpcm'],
    ['volume', null],
    ['m3', null],
    ['leak_detected', null],
    ['', null],
  ])('%s: %s', (field, suffix) => {
    expect(unitSuffix(field)).toBe(suffix)
  })
})

// The units that codecs' keys carry by this project's convention.
const convention =
  'A Ah Cel dB dBm deg hPa Hz index kmph kPa lx m m3 m3ph mG min mm mmph mps nm pcm3 pct pctRH ppm s ugpm3 uSpcm V varh W Wh Wpm2'.split(
    ' ',
  )

test('every unit of the convention is known', () => {
  expect(convention.filter((suffix) => unitSuffix(`x_${suffix}`) === null)).toEqual([])
})

test('every unit of the vocabulary can be told in a codec’s key, but for counts', () => {
  const units = new Set([...measurements.values()].flatMap(({ unit }) => unit ?? []))
  const known = [...convention, 'var', 'VA']
  expect([...units].filter((unit) => known.every((suffix) => conversion(suffix, unit) === null))).toEqual(['count'])
})
