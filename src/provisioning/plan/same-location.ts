import type { NetworkGateway } from '../network.ts'

type Location = NetworkGateway['location']

/**
 * Degrees (some 30 m) and metres. A gateway with GPS writes its own place over the surveyed one with each of its statistics (seen on
 * ChirpStack 4.20): nearer than that it is the same place, and altitudes are kept in single precision.
 */
const near = { degrees: 3e-4, metres: 50 }

/** A place that nobody gave says nothing: a gateway with GPS finds its own. */
export function sameLocation(wanted: Location, is: Location): boolean {
  if (wanted === null) return true
  if (is === null) return false
  return (
    Math.abs(wanted.latitude - is.latitude) <= near.degrees &&
    Math.abs(wanted.longitude - is.longitude) <= near.degrees &&
    Math.abs(wanted.altitude - is.altitude) <= near.metres
  )
}
