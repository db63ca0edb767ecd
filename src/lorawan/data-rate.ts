/**
 * Lowest SNR in dB at which a LoRa frame of this spreading factor is still demodulated
 * (Semtech SX1276 datasheet, table 13, 125 kHz).
 */
export const demodulationFloor: Readonly<Record<number, number>> = {
  7: -7.5,
  8: -10,
  9: -12.5,
  10: -15,
  11: -17.5,
  12: -20,
}

/** How far in dB a frame was above the demodulation floor; null for FSK and unknown spreading factors. */
export function margin(snr: number, spreadingFactor: number): number | null {
  const floor = demodulationFloor[spreadingFactor]
  return floor === undefined ? null : Math.round((snr - floor) * 10) / 10
}
