import type { Reading } from '../../src/readings/reading.ts'
import type { ReadingScope } from '../../src/readings/reading-store.ts'

/** A reading of a water meter; give what matters to the test. */
export function aReading(parts: Partial<Reading> = {}): Reading {
  const time = parts.time ?? '2026-11-22T06:00:00.000Z'
  return {
    v: 1,
    tenant: 'tours',
    service: 'water',
    asset: 'w-7f3k2m9q',
    device: '0018b20000001a2b',
    channel: 'main',
    family: 'water-meter',
    model: 'axioma/qalcosonic-w1@1.2.0',
    time,
    receivedAt: time,
    quality: 'good',
    flags: {},
    values: { volume: 318.442, temperature: 8.5, batteryVoltage: 3.58 },
    radio: { gateways: 3, gateway: '7076ff0056081234', rssi: -97, snr: 4.2, spreadingFactor: 9, margin: 16.7 },
    frame: { fCnt: 4711, fPort: 100 },
    ...parts,
  }
}

/** The instant so many minutes after 2026-11-22T00:00Z. */
export function minute(minutes: number): string {
  return new Date(Date.UTC(2026, 10, 22) + minutes * 60_000).toISOString()
}

export const everything: ReadingScope = { tenant: null, services: null, assets: null }
