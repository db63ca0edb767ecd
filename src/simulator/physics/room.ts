import { day, hour, localDay, localHour, minute, weekdayOf } from './calendar.ts'
import { between, noise, wander } from './noise.ts'
import { airPressure, airTemperature } from './weather.ts'

export interface Room {
  /** someone is there */
  occupied: boolean
  /** °C */
  temperature: number
  /** % */
  humidity: number
  /** ppm */
  co2: number
  /** µg/m³ */
  tvoc: number
  pm25: number
  pm10: number
  /** hPa */
  pressure: number
  /** 0 (dark) to 5 */
  lightStep: number
}

const outdoors = 425
/** the timetable's grain, and how much of it a room's air remembers */
const slot = hour / 2
const slotsRemembered = 48

/**
 * A room of a public building at a time (ms since 1970): used in working hours by a timetable of its own, heated for them in
 * winter. Its CO2 rises while people are in and goes with the air that is changed; the rest follows from who is there.
 */
export function room(seed: number, region: number, time: number): Room {
  const occupied = inUse(seed, time)
  const breath = breathUntil(seed, time)
  return {
    occupied,
    temperature: temperatureOf(seed, region, time) + 0.0012 * breath,
    humidity: 44 + wander(-8, 8, region, 30, time / day) + wander(-3, 3, seed, 10, time / (6 * hour)) + 0.008 * breath,
    co2: outdoors + wander(-10, 10, seed, 11, time / hour) + breath,
    tvoc: wander(60, 140, seed, 12, time / (5 * hour)) + 0.12 * breath,
    ...dust(seed, region, time, occupied),
    pressure: airPressure(region, time),
    lightStep: occupied ? 4 : daylight(time),
  }
}

/** Half an hour of the timetable, with breaks of some minutes. */
function inUse(seed: number, time: number): boolean {
  const minuteOfSlot = Math.floor((localHour(time) * 60) % 30)
  return booked(seed, time) && minuteOfSlot < between(22, 30, seed, 1, time / slot)
}

function booked(seed: number, time: number): boolean {
  const { index } = localDay(time)
  const h = localHour(time)
  if (weekdayOf(index) > 4 || h < 8 || h >= 18.5) return false
  const chance = between(0.5, 0.95, seed, 2) * (h >= 12 && h < 13.5 ? 0.2 : 1)
  return noise(seed, 3, index, h * 2) < chance
}

/** ppm above the air outdoors: what each half hour of use left, less what was aired since. */
function breathUntil(seed: number, time: number): number {
  const perHour = between(0.8, 2.2, seed, 4)
  const steady = between(280, 1150, seed, 5)
  const current = Math.floor(time / slot)
  let ppm = 0
  for (let index = current - slotsRemembered; index <= current; index++) {
    const kept = Math.exp((-perHour * (Math.min(time, (index + 1) * slot) - index * slot)) / hour)
    const people = booked(seed, index * slot) ? between(0.6, 1, seed, 6, index) : 0
    ppm = ppm * kept + steady * people * (1 - kept)
  }
  return ppm
}

/** Heated from six to six on working days, and let down outside of them; in summer it follows the air outdoors. */
function temperatureOf(seed: number, region: number, time: number): number {
  const comfort = between(19.2, 21.2, seed, 7)
  const hours = [0, 1, 2, 3, 4, 5]
  const heated = hours.reduce((sum, ago) => sum + (isHeated(time - ago * 40 * minute) ? comfort : comfort - 2.6), 0) / hours.length
  const unheated = 15 + 0.38 * (0.5 * airTemperature(region, time - 4 * hour) + 0.5 * airTemperature(region, time - 14 * hour))
  return Math.max(heated, unheated) + wander(-0.3, 0.3, seed, 8, time / hour)
}

function isHeated(time: number): boolean {
  const h = localHour(time)
  return weekdayOf(localDay(time).index) < 5 && h >= 6 && h < 18
}

function dust(seed: number, region: number, time: number, occupied: boolean): { pm25: number; pm10: number } {
  const pm25 = wander(3, 14, region, 31, time / (8 * hour)) * between(0.6, 1.1, seed, 9) + (occupied ? 2 : 0)
  return { pm25, pm10: 1.5 * pm25 + (occupied ? 6 : 1) }
}

function daylight(time: number): number {
  const h = localHour(time)
  if (h < 7.5 || h > 19) return 0
  return h > 9.5 && h < 17 ? 3 : 2
}
