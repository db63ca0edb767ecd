/** One value of a made-up frame: big-endian, `size` bytes, the codec gives it divided by `per`. */
export interface StartField {
  /** key of the codec's data, with its unit: `volume_m3` */
  key: string
  /** name of the vocabulary, and what makes it that from the key's unit */
  name: string
  scale?: number
  what: string
  size: 1 | 2 | 4
  signed?: true
  per: number
  sample: number
}

/** What a frame of a device of this family could look like, and which commands it could take. */
export interface StartingPoint {
  fields: readonly StartField[]
  /** bits of the last byte, the lowest first: key and name of the vocabulary */
  bits: readonly { key: string; name: string }[]
  commands: readonly ('set-interval' | 'dim' | 'open' | 'close')[]
  class: 'A' | 'C'
}

const field = (key: string, name: string, what: string, size: 1 | 2 | 4, per: number, sample: number): StartField => ({
  ...{ key, name, what, size, per, sample },
})
const signed = (key: string, name: string, what: string, sample: number): StartField => ({
  ...field(key, name, what, 2, 10, sample),
  signed: true,
})
const lowBattery = { key: 'lowBattery', name: 'lowBattery' }
const battery = field('battery_V', 'batteryVoltage', 'battery, 0.1 V', 1, 10, 3.6)
const temperature = signed('temperature_Cel', 'temperature', 'temperature, 0.1 °C', -4.5)
const humidity = field('humidity_pctRH', 'humidity', 'humidity, %', 1, 1, 61)

const start = (fields: readonly StartField[], bits: StartingPoint['bits'] = [], more: Partial<StartingPoint> = {}): StartingPoint => ({
  ...{ fields, bits: [...bits, lowBattery], commands: ['set-interval'], class: 'A' },
  ...more,
})

/** By family of the vocabulary; every one has its own. */
export const startingPoints: Readonly<Record<string, StartingPoint>> = {
  'air-quality': start([
    temperature,
    field('co2_ppm', 'co2', 'CO2, ppm', 2, 1, 640),
    field('pm25_ugpm3', 'pm25', 'PM2.5, 0.1 µg/m³', 2, 10, 12.4),
  ]),
  counter: start([
    field('countIn', 'countIn', 'passages in, total', 4, 1, 1042),
    field('countOut', 'countOut', 'passages out, total', 4, 1, 1017),
  ]),
  energy: start([
    field('energy_kWh', 'energy', 'energy, 0.01 kWh', 4, 100, 3182.46),
    field('power_W', 'power', 'power, W', 2, 1, 418),
    field('voltage_V', 'voltage', 'voltage, 0.1 V', 2, 10, 231.4),
  ]),
  'field-tester': start([
    { ...field('downlinkRssi_dBm', 'downlinkRssi', 'level of the last downlink, dBm', 2, 1, -97), signed: true },
    battery,
  ]),
  'fill-level': start(
    [field('distance_mm', 'distance', 'distance to the surface, mm', 2, 1, 1340), temperature],
    [{ key: 'tilted', name: 'tilt' }],
  ),
  indoor: start([temperature, humidity, battery]),
  'lighting-cabinet': start(
    [field('energy_kWh', 'energy', 'energy, 0.01 kWh', 4, 100, 9127.5), field('power_W', 'power', 'power, W', 2, 1, 2480)],
    [{ key: 'doorOpen', name: 'doorOpen' }],
    { class: 'C' },
  ),
  other: start([temperature, battery]),
  parking: start([battery], [{ key: 'occupied', name: 'occupied' }]),
  presence: start([battery], [{ key: 'motion', name: 'motion' }]),
  'rain-gauge': start([field('rainTotal_mm', 'rainTotal', 'rain, total, 0.1 mm', 4, 10, 482.6), temperature]),
  'soil-moisture': start([
    field('soilMoisture_pct', 'soilMoisture', 'water in the soil, 0.1 %', 2, 10, 23.4),
    signed('soilTemperature_Cel', 'soilTemperature', 'temperature of the soil, 0.1 °C', 11.2),
  ]),
  'street-light': start(
    [
      field('level_pct', 'level', 'light level, %', 1, 1, 80),
      field('power_W', 'power', 'power, 0.1 W', 2, 10, 41.2),
      field('energy_Wh', 'energy', 'energy, Wh', 4, 1, 128400),
    ],
    [{ key: 'lampFailure', name: 'lampFailure' }],
    { commands: ['dim', 'set-interval'], class: 'C' },
  ),
  valve: start([battery], [{ key: 'valveOpen', name: 'valveOpen' }], { commands: ['open', 'close', 'set-interval'] }),
  'water-level': start([field('level_mm', 'waterLevel', 'level of the water, mm', 4, 1, 2315), temperature]),
  'water-meter': start(
    [
      field('volume_m3', 'volume', 'index, litres', 4, 1000, 12.408),
      signed('temperature_Cel', 'waterTemperature', 'temperature of the water, 0.1 °C', 9.5),
    ],
    [
      { key: 'leak', name: 'leak' },
      { key: 'backflow', name: 'backflow' },
    ],
  ),
  weather: start([
    temperature,
    humidity,
    field('pressure_hPa', 'pressure', 'air pressure, 0.1 hPa', 2, 10, 1013.2),
    field('windSpeed_mps', 'windSpeed', 'wind, 0.1 m/s', 2, 10, 3.4),
  ]),
}

/** mm → m, Wh → kWh: what the vocabulary's unit needs. */
export const scales: Readonly<Record<string, number>> = { distance_mm: 0.001, level_mm: 0.001, energy_Wh: 0.001 }
