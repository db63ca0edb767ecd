import type { Reception } from '../../../lorawan/network-event.ts'

/** SNR travels as a 32-bit float, in quarters of a decibel (SX1276) or tenths: what is beyond is the float's. */
export function tidySnr(snr: number): number {
  return Math.round(snr * 100) / 100
}

/** Highest SNR first, then highest RSSI; the gateway's id settles a tie, so that a replay gives the same row. */
export function bestFirst(a: Reception, b: Reception): number {
  return b.snr - a.snr || b.rssi - a.rssi || (a.gatewayId < b.gatewayId ? -1 : 1)
}
