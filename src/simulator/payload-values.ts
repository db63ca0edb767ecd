import { type Commanded, commandedLevel } from './commanded.ts'
import type { SimulatedDevice } from './fleet.ts'
import { binFill } from './physics/bin.ts'
import { cabinet } from './physics/cabinet.ts'
import { day, hour, origin } from './physics/calendar.ts'
import { electricity } from './physics/electricity.ts'
import { waterUse } from './physics/household.ts'
import { between, wander } from './physics/noise.ts'
import { isParked } from './physics/parking.ts'
import { passages } from './physics/passages.ts'
import { riverLevel } from './physics/river.ts'
import { room } from './physics/room.ts'
import { soil } from './physics/soil.ts'
import { streetLight } from './physics/street-light.ts'
import { surveyor } from './physics/survey.ts'
import { watering } from './physics/watering.ts'
import { airTemperature, rainUntil, weather } from './physics/weather.ts'
import { seedOfSwitch, switchesOf } from './switches.ts'

/**
 * One frame's content for the model's simulate.js: vocabulary names and units, `time` as ISO 8601 UTC. Channels beside
 * `main` are objects of their own. A simulate.js takes what its model measures.
 */
export type PayloadValues = Readonly<Record<string, unknown>>

/** What a maker of values may depend on: after a restart every curve goes on where it was. */
interface Moment {
  device: SimulatedDevice
  /** ms since 1970 */
  time: number
  commanded: Commanded
  /** ms since the report before */
  period: number
}

/** One entry per uplink. */
const makers: Readonly<Record<SimulatedDevice['physics'], (moment: Moment) => readonly PayloadValues[]>> = {
  household: (moment) => [householdValues(moment)],
  bin: (moment) => [binValues(moment)],
  soil: (moment) => [soilValues(moment)],
  'street-light': lightValues,
  room: ({ device: { seed, region }, time }) => [{ ...room(seed, region, time) }],
  parking: ({ device: { seed }, time }) => [{ occupied: isParked(seed, time) }],
  passages: (moment) => [passageValues(moment)],
  electricity: electricityValues,
  cabinet: (moment) => [cabinetValues(moment)],
  watering: (moment) => [wateringValues(moment)],
  river: (moment) => [riverValues(moment)],
  weather: (moment) => [weatherValues(moment)],
  survey: (moment) => [surveyValues(moment)],
  examples: () => [],
}

/**
 * What a device would send at a time (ms since 1970), one entry per uplink; none for a device that replays examples.
 * `period`: milliseconds since its report before, of what is counted between two.
 */
export function valuesAt(
  device: SimulatedDevice,
  time: number,
  commanded: Commanded,
  period = device.interval * 1000,
): readonly PayloadValues[] {
  const own = {
    battery: Math.round(battery(device.seed, time)),
    batteryVoltage: 2.6 + 0.01 * battery(device.seed, time),
    lowBattery: false,
  }
  return makers[device.physics]({ device, time, commanded, period }).map((values) => ({ ...own, ...values }))
}

const hoursOfHistory = 16

function householdValues({ device: { seed }, time }: Moment): PayloadValues {
  const now = waterUse(seed, time)
  const lastHour = Math.floor(time / hour) * hour
  const history = Array.from({ length: hoursOfHistory }, (_, i) => lastHour - (hoursOfHistory - 1 - i) * hour).map((when) => ({
    time: iso(when),
    volume: waterUse(seed, when).volume,
  }))
  return { time: iso(time), volume: now.volume, leak: now.leak, history }
}

function binValues({ device: { seed, region, parameters }, time }: Moment): PayloadValues {
  const { fill, tilted } = binFill(seed, time)
  const { emptyDistance = 2, fullDistance = 0.3 } = parameters
  const ripple = between(-0.008, 0.008, seed, 110, time / 1000)
  return {
    distance: emptyDistance - (fill / 100) * (emptyDistance - fullDistance) + ripple,
    temperature: airTemperature(region, time) + between(0, 3, seed, 111),
    tilt: tilted,
  }
}

function soilValues({ device: { seed, region }, time }: Moment): PayloadValues {
  const { moisture, temperature, conductivity } = soil(seed, region, time)
  return {
    soilMoisture: moisture,
    soilTemperature: temperature,
    soilConductivity: conductivity,
  }
}

/** A status and a usage frame. */
function lightValues({ device, time, commanded }: Moment): readonly PayloadValues[] {
  const light = streetLight(device.seed, device.site, time, commandedLevel(commanded, time))
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
    ...heardByDevice(device),
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

/** What a gateway sends arrives louder than what it hears. */
function heardByDevice({ paths: [best] }: SimulatedDevice): PayloadValues {
  return { downlinkRssi: (best?.rssi ?? -120) + 10, downlinkSnr: best?.snr ?? -10 }
}

function passageValues({ device: { seed }, time, period }: Moment): PayloadValues {
  const now = passages(seed, time)
  const before = passages(seed, time - period)
  return {
    time: iso(time),
    countIn: now.entered,
    countOut: now.left,
    entries: now.entered - before.entered,
    exits: now.left - before.left,
    temperature: wander(18.5, 22, seed, 114, time / (3 * hour)),
  }
}

/** The counters with the device's clock, then what they measure now: together they would not fit into the smallest frame. */
function electricityValues({ device: { seed }, time }: Moment): readonly PayloadValues[] {
  const { energyT1, energyT2, power, phases, frequency } = electricity(seed, time)
  const ofPhases = phases.flatMap((phase, index) =>
    Object.entries(phase).map(([name, value]): [string, number] => [`${name}L${index + 1}`, value]),
  )
  const { voltageL1, voltageL2, voltageL3, currentL1, currentL2, currentL3, ...others } = Object.fromEntries(ofPhases)
  return [
    { time: iso(time), energyT1, energyT2, power, frequency, ...others },
    { voltageL1, voltageL2, voltageL3, currentL1, currentL2, currentL3 },
  ]
}

function cabinetValues({ device, time, commanded }: Moment): PayloadValues {
  const names = switchesOf(device).map(({ name }) => name)
  const orders = names.map((name) => commanded.switches[name])
  const { closed, ...meter } = cabinet(device.seed, device.site, time, orders)
  return { ...meter, ...byChannel(names.map((name, index) => [name, { relayClosed: closed[index] ?? false }])) }
}

function wateringValues({ device, time, commanded }: Moment): PayloadValues {
  const valves = switchesOf(device).map(({ name }): [string, PayloadValues] => {
    const { open, volume } = watering(seedOfSwitch(device, name), device.region, time, commanded.switches[name])
    return [name, { valveOpen: open, pulses: Math.floor(volume / pulseWeightOf(device, name)) }]
  })
  const open = valves.filter(([, { valveOpen }]) => valveOpen === true).length
  const bar = between(3.2, 4.4, device.seed, 115) - 0.3 * open + between(-0.05, 0.05, device.seed, 116, time / 60_000)
  return { pipePressure: 1e5 * bar, ...byChannel(valves) }
}

function pulseWeightOf({ channels, parameters }: SimulatedDevice, name: string): number {
  const installed = channels.find(({ channel }) => channel === name)?.parameters ?? parameters
  return installed.pulseWeight ?? 0.001
}

/** What is said of the channel `main` stands beside what has none. */
function byChannel(entries: readonly [string, PayloadValues][]): PayloadValues {
  return Object.assign({}, ...entries.map(([name, values]) => (name === 'main' ? values : { [name]: values })))
}

function riverValues({ device: { seed, region, parameters }, time }: Moment): PayloadValues {
  const level = riverLevel(seed, region, time)
  return { waterLevel: level, distance: (parameters.sensorZero ?? 6) - level }
}

const tip = 0.1

/** A bucket tells whole tips: those since the report before, and all there were. */
function weatherValues({ device: { seed, region }, time, period }: Moment): PayloadValues {
  const share = between(0.9, 1.1, seed, 117)
  const tips = (when: number) => Math.floor((share * rainUntil(region, when)) / tip)
  return { ...weather(region, seed, time), rain: tip * (tips(time) - tips(time - period)), rainTotal: tip * tips(time) }
}

function surveyValues({ device, time, period }: Moment): PayloadValues {
  const { satellites, latitude, longitude } = surveyor(device.seed, device.site, time)
  const sent = Math.floor((time - origin) / period)
  return {
    latitude,
    longitude,
    satellites,
    fixQuality: satellites > 7 ? 'good' : satellites > 5 ? 'average' : 'poor',
    temperature: airTemperature(device.region, time),
    uplinksSent: sent,
    downlinksHeard: Math.floor(sent / 4),
    ...heardByDevice(device),
  }
}

/** Percent, falling over about ten years. */
function battery(seed: number, time: number): number {
  const years = (time - origin) / (365 * day)
  return Math.max(3, between(88, 100, seed, 113) - 9 * years)
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
