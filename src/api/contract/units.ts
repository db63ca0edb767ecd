import { measurements } from '../../vocabulary/measurements.ts'

/** How people write what SenML (RFC 8428, RFC 8798) writes in letters. */
const written: Readonly<Record<string, string>> = {
  '/': '',
  '/100': '%',
  '%EL': '%',
  '%RH': '% RH',
  '1/cm3': '/cm³',
  Cel: '°C',
  count: '',
  deg: '°',
  lat: '°',
  lon: '°',
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

const places: ReadonlyMap<string, number> = new Map([...measurements.keys()].map((name, index) => [name, index]))
/** Measured, but about the mounting and the wear: read after what the device is there for. */
const secondary: ReadonlySet<string> = new Set(['distance', 'tiltAngle', 'lampOnTime', 'driverOnTime'])
const kindRanks = { counter: 0, gauge: 0, state: 1, alarm: 2, event: 3 } as const

/** Names of values in the order a person looks for them: what is measured, then states, alarms and events, each as the vocabulary has them. */
export function byInterest(values: Readonly<Record<string, unknown>>): string[] {
  const rank = (name: string) => {
    const kind = measurements.get(name)?.kind
    return kind === undefined ? Number(typeof values[name] !== 'number') : kindRanks[kind]
  }
  const place = (name: string) => (secondary.has(name) ? places.size : 0) + (places.get(name) ?? places.size)
  return Object.keys(values).sort((a, b) => rank(a) - rank(b) || place(a) - place(b) || (a < b ? -1 : 1))
}

/** An alarm that is off, an event that did not happen: what nobody looks for. */
export function isQuiet(name: string, value: unknown): boolean {
  const kind = measurements.get(name)?.kind
  return value === false && (kind === 'alarm' || kind === 'event')
}
