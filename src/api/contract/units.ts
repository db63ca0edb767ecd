import { measurements } from '../../vocabulary/measurements.ts'

/** How people write what SenML (RFC 8428, RFC 8798) writes in letters. */
const written: Readonly<Record<string, string>> = {
  '/': '',
  '/100': '%',
  '%EL': '%',
  '%RH': '% RH',
  Cel: '°C',
  count: '',
  deg: '°',
  m3: 'm³',
  'm3/s': 'm³/s',
  'ug/m3': 'µg/m³',
  'W/m2': 'W/m²',
}

/** A value with its unit as a person reads it, to three decimals: `318.442 m³`. Names the vocabulary does not know have no unit. */
export function withUnit(name: string, value: number | boolean | string): string {
  const unit = measurements.get(name)?.unit ?? ''
  if (typeof value !== 'number') return String(value)
  const shown = written[unit] ?? unit
  const number = String(Math.round(value * 1000) / 1000)
  return shown === '' ? number : `${number} ${shown}`
}
