import { demodulationFloor } from '../lorawan/data-rate.ts'
import { between, noise, seedOf } from './physics/noise.ts'
import type { Place } from './physics/sun.ts'

/** How one gateway hears one device on average. */
export interface RadioPath {
  gatewayId: string
  /** m */
  distance: number
  /** dBm */
  rssi: number
  /** dB */
  snr: number
}

// Most sparing first.
const spreadingFactors = [7, 8, 9, 10, 11, 12]
const floorOf = (spreadingFactor: number) => demodulationFloor[spreadingFactor] ?? -20
/** ChirpStack's ADR leaves this much, its `installation_margin`. */
const adrMargin = 10

// 14 dBm from the device, 3 dBi at the gateway, thermal noise of 125 kHz with a noise figure of 6 dB.
const radiated = 14 + 3
const noiseFloor = -117
// A demodulator does not tell more than this.
const bestSnr = 11

/** Metres between two places, on a sphere. */
export function distanceBetween(a: Place, b: Place): number {
  const radians = Math.PI / 180
  const dLatitude = (b.latitude - a.latitude) * radians
  const dLongitude = (b.longitude - a.longitude) * radians
  const h = Math.sin(dLatitude / 2) ** 2 + Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * Math.sin(dLongitude / 2) ** 2
  return 2 * 6_371_000 * Math.asin(Math.sqrt(h))
}

/**
 * The gateways that hear a device, best first, and the spreading factor that ADR would settle on.
 * Path loss by Okumura-Hata for a suburb at 868 MHz (116 dB at 1 km, 35 dB per decade), what stands between this pair,
 * and `obstacle` dB for where the device sits (a pit, a lid). The nearest gateway always hears: the fleet is installed.
 */
export function radioPaths(
  devEui: string,
  place: Place,
  obstacle: number,
  gateways: readonly ({ gatewayId: string } & Place)[],
): { spreadingFactor: number; paths: RadioPath[] } {
  const paths = gateways
    .map((gateway) => {
      const distance = Math.round(distanceBetween(place, gateway))
      const shadow = between(-7, 7, seedOf(`${devEui} ${gateway.gatewayId}`))
      const rssi = radiated - (116 + 35 * Math.log10(Math.max(distance, 50) / 1000)) - shadow - obstacle
      return { gatewayId: gateway.gatewayId, distance, rssi: Math.round(rssi), snr: tenth(Math.min(bestSnr, rssi - noiseFloor)) }
    })
    .sort((a, b) => b.snr - a.snr || b.rssi - a.rssi)
  const [best] = paths
  if (best === undefined) return { spreadingFactor: 12, paths: [] }
  if (best.snr < -17) {
    best.snr = -17
    best.rssi = noiseFloor - 17
  }
  const spreadingFactor = spreadingFactors.find((factor) => best.snr - floorOf(factor) >= adrMargin) ?? 12
  return { spreadingFactor, paths: paths.filter(({ snr }) => snr >= floorOf(spreadingFactor)) }
}

/** What the gateways hear of one frame: the average with fading. One below the floor by then hears nothing; the best always does. */
export function heardAt(
  device: { devEui: string; spreadingFactor: number; paths: readonly RadioPath[] },
  time: number,
): { gatewayId: string; rssi: number; snr: number }[] {
  const floor = floorOf(device.spreadingFactor)
  const second = Math.floor(time / 1000)
  return device.paths
    .map(({ gatewayId, rssi, snr }, index) => {
      const seed = seedOf(`${device.devEui} ${gatewayId}`)
      const fading = 5 * (noise(seed, second) + noise(seed, second + 0.5e9) - 1)
      const heard = Math.min(bestSnr, snr + fading)
      return { gatewayId, rssi: Math.round(rssi + fading), snr: tenth(index === 0 ? Math.max(floor + 0.5, heard) : heard) }
    })
    .filter(({ snr }) => snr >= floor)
    .sort((a, b) => b.snr - a.snr || b.rssi - a.rssi)
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10
}
