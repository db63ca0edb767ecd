import type { Measurement } from './measurement.ts'
import { air, rooms } from './measurements/air.ts'
import { containers } from './measurements/containers.ts'
import { coverage } from './measurements/coverage.ts'
import type { Table } from './measurements/declare.ts'
import { device, inputs } from './measurements/device.ts'
import { electricity } from './measurements/electricity.ts'
import { soil, valves } from './measurements/irrigation.ts'
import { lighting } from './measurements/lighting.ts'
import { mobility } from './measurements/mobility.ts'
import { levels, waterMeters } from './measurements/water.ts'
import { weather } from './measurements/weather.ts'

/** Measurements that are read together. */
export interface Subject {
  title: string
  table: Table
}

/**
 * The vocabulary: what each value is called, its SenML unit (RFC 8428 §12.1; `/100`, `kWh`, `mm` … from RFC 8798),
 * its plausible range and its labels. Names never change once released; a new quantity gets a new name.
 */
export const subjects: readonly Subject[] = [
  { title: 'Water meters and pipes', table: waterMeters },
  { title: 'Water levels', table: levels },
  { title: 'Containers and distances', table: containers },
  { title: 'Soil', table: soil },
  { title: 'Valves', table: valves },
  { title: 'Lighting', table: lighting },
  { title: 'Electricity', table: electricity },
  { title: 'Air', table: air },
  { title: 'Rooms and places', table: rooms },
  { title: 'Weather', table: weather },
  { title: 'Counts of passages', table: mobility },
  { title: 'Position and coverage', table: coverage },
  { title: 'Inputs', table: inputs },
  { title: 'The device itself', table: device },
]

/** Every measurement by its name. */
export const measurements: ReadonlyMap<string, Measurement> = new Map(subjects.flatMap(({ table }) => Object.entries(table)))
