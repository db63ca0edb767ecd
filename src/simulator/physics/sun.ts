import { day, hour, yearFraction } from './calendar.ts'

export interface Place {
  latitude: number
  longitude: number
}

const degree = Math.PI / 180
// Upper limb on the horizon with refraction, as sunrise and sunset are defined.
const horizon = -0.833 * degree

/**
 * Sunrise and sunset (ms since 1970) of the UTC day that a time is in, to some minutes: enough for a simulated light.
 * Valid where the sun rises and sets every day.
 */
export function sunriseAndSunset(place: Place, time: number): { sunrise: number; sunset: number } {
  const midnight = Math.floor(time / day) * day
  const angle = 2 * Math.PI * (yearFraction(midnight) + 10 / 365.25)
  const declination = -23.44 * degree * Math.cos(angle)
  const seen = yearFraction(midnight) * 2 * Math.PI - 81 * ((2 * Math.PI) / 365.25)
  const equationOfTime = (9.87 * Math.sin(2 * seen) - 7.53 * Math.cos(seen) - 1.5 * Math.sin(seen)) / 60
  const noon = midnight + (12 - place.longitude / 15 - equationOfTime) * hour
  const cosine =
    (Math.sin(horizon) - Math.sin(place.latitude * degree) * Math.sin(declination)) /
    (Math.cos(place.latitude * degree) * Math.cos(declination))
  const half = (Math.acos(Math.min(1, Math.max(-1, cosine))) / (2 * Math.PI)) * day
  return { sunrise: noon - half, sunset: noon + half }
}
