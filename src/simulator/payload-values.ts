import type { Example } from '../codecs/model.ts'
import { type Commanded, commandedLevel } from './commanded.ts'
import type { SimulatedDevice } from './fleet.ts'
import { binFill } from './physics/bin.ts'
import { day, hour, origin } from './physics/calendar.ts'
import { waterUse } from './physics/household.ts'
import { between } from './physics/noise.ts'
import { soil } from './physics/soil.ts'
import { streetLight } from './physics/street-light.ts'
import { airTemperature } from './physics/weather.ts'

/** One frame's content for the model's simulate.js: vocabulary names and units, `time` as ISO 8601 UTC. */
export type PayloadValues = Readonly<Record<string, unknown>>

/**
 * What a device would send at a time (ms since 1970), one entry per uplink; none for a device that replays examples.
 * Depends on the device, the time and its orders alone: after a restart every curve goes on where it was.
 */
export function valuesAt(device: SimulatedDevice, time: number, commanded: Commanded): readonly PayloadValues[] {
  switch (device.physics) {
    case 'household':
      return [householdValues(device, time)]
    case 'bin':
      return [binValues(device, time)]
    case 'soil':
      return [soilValues(device, time)]
    case 'street-light':
      return lightValues(device, time, commandedLevel(commanded, time))
    case 'examples':
      return []
  }
}

export interface ReplayedFrame {
  fPort: number
  bytes: Uint8Array
}

/** What a device without a simulation may send: the uplinks among its model's examples that its codec does not refuse. */
export function framesOf(examples: readonly Example[]): ReplayedFrame[] {
  return examples.flatMap((example) =>
    example.type === 'uplink' && example.errors === undefined
      ? [{ fPort: example.input.fPort, bytes: Buffer.from(example.input.hex, 'hex') }]
      : [],
  )
}

/**
 * The bytes of a device that replays `frames`: one after the other, at its interval. The network gives them today's time,
 * and their bytes stay the vendor's: where a clock is in them, and under what checksum, only the codec knows. So a model
 * without `clock` gives readings of the time of reception; one with it reads as a device whose clock is wrong, which it
 * is: the frame with its history is moved to the reception and flagged `shifted`. A codec that refuses such a clock
 * outright would make a dead letter of each: see `Replay`, which leaves these out.
 */
export function replayedFrame(device: SimulatedDevice, frames: readonly ReplayedFrame[], time: number): ReplayedFrame | null {
  return frames[Math.floor(time / 1000 / device.interval) % frames.length] ?? null
}

const hoursOfHistory = 16

function householdValues({ seed }: SimulatedDevice, time: number): PayloadValues {
  const now = waterUse(seed, time)
  const lastHour = Math.floor(time / hour) * hour
  const history = Array.from({ length: hoursOfHistory }, (_, i) => lastHour - (hoursOfHistory - 1 - i) * hour).map((when) => ({
    time: iso(when),
    volume: waterUse(seed, when).volume,
  }))
  return { time: iso(time), volume: now.volume, leak: now.leak, lowBattery: false, history }
}

function binValues({ seed, region, parameters }: SimulatedDevice, time: number): PayloadValues {
  const { fill, tilted } = binFill(seed, time)
  const { emptyDistance = 2, fullDistance = 0.3 } = parameters
  const ripple = between(-0.008, 0.008, seed, 110, time / 1000)
  return {
    distance: emptyDistance - (fill / 100) * (emptyDistance - fullDistance) + ripple,
    temperature: airTemperature(region, time) + between(0, 3, seed, 111),
    tilt: tilted,
    battery: Math.round(battery(seed, time)),
  }
}

function soilValues({ seed, region }: SimulatedDevice, time: number): PayloadValues {
  const { moisture, temperature, conductivity } = soil(seed, region, time)
  return {
    soilMoisture: moisture,
    soilTemperature: temperature,
    soilConductivity: conductivity,
    batteryVoltage: 2.6 + 0.01 * battery(seed, time),
  }
}

/** A status and a usage frame. */
function lightValues(device: SimulatedDevice, time: number, level: number | null): readonly PayloadValues[] {
  const light = streetLight(device.seed, device.site, time, level)
  const [best] = device.paths
  const status = {
    frame: 'status',
    time: iso(time),
    level: light.level,
    levelSource: light.source,
    lampOn: light.on,
    lampFailure: light.failed,
    relayClosed: true,
    temperature: airTemperature(device.region, time) + (light.on ? 9 : 2),
    tiltAngle: Math.floor(between(0, 4, device.seed, 112)),
    downlinkRssi: (best?.rssi ?? -120) + 10,
    downlinkSnr: best?.snr ?? -10,
  }
  const usage = {
    frame: 'usage',
    energy: light.energy,
    power: light.power,
    powerFactor: light.powerFactor,
    voltage: light.voltage,
    lampOnTime: light.burningTime,
  }
  return [status, usage]
}

/** Percent, falling over about ten years. */
function battery(seed: number, time: number): number {
  const years = (time - origin) / (365 * day)
  return Math.max(3, between(88, 100, seed, 113) - 9 * years)
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
