/** What the region fixes (LoRaWAN Regional Parameters, EU868, networks without repeaters). */
const payloadLimits: Readonly<Record<number, number>> = { 12: 51, 11: 51, 10: 51, 9: 115, 8: 242, 7: 242 }

/** Largest application payload in bytes at a spreading factor, without MAC commands */
export function maxPayload(spreadingFactor: number): number {
  return payloadLimits[spreadingFactor] ?? 51
}

/** DR0 is SF12, DR5 is SF7 */
export function dataRate(spreadingFactor: number): number {
  return 12 - spreadingFactor
}

export const rx2 = { frequency: 869_525_000, spreadingFactor: 12, power: 29 }
/** radiated power in the first window, dBm EIRP */
export const rx1Power = 16
