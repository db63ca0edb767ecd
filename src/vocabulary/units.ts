/** What makes a codec's value one of the vocabulary: value × scale + offset. */
export interface Conversion {
  scale: number
  offset: number
}

/** One unit in terms of its dimension's base: value × scale + offset. */
interface Unit extends Conversion {
  dimension: string
}

const unit = (dimension: string, scale = 1, offset = 0): Unit => ({ dimension, scale, offset })

/** What stands behind the last `_` of a codec's key (`volume_m3`, `flowMax_m3ph`). */
const suffixes: ReadonlyMap<string, Unit> = new Map(
  Object.entries({
    nm: unit('length', 1e-9),
    um: unit('length', 1e-6),
    mm: unit('length', 1e-3),
    cm: unit('length', 0.01),
    m: unit('length'),
    km: unit('length', 1000),
    L: unit('volume', 1e-3),
    m3: unit('volume'),
    Lps: unit('flow', 1e-3),
    Lpmin: unit('flow', 1e-3 / 60),
    Lph: unit('flow', 1e-3 / 3600),
    m3ps: unit('flow'),
    m3ph: unit('flow', 1 / 3600),
    ms: unit('time', 1e-3),
    s: unit('time'),
    min: unit('time', 60),
    h: unit('time', 3600),
    d: unit('time', 86_400),
    mps: unit('speed'),
    kmph: unit('speed', 1 / 3.6),
    mmph: unit('rain rate'),
    Cel: unit('temperature'),
    K: unit('temperature', 1, -273.15),
    degF: unit('temperature', 5 / 9, -160 / 9),
    deg: unit('angle'),
    rad: unit('angle', 180 / Math.PI),
    Pa: unit('pressure'),
    hPa: unit('pressure', 100),
    mbar: unit('pressure', 100),
    kPa: unit('pressure', 1000),
    bar: unit('pressure', 1e5),
    mV: unit('voltage', 1e-3),
    V: unit('voltage'),
    mA: unit('current', 1e-3),
    A: unit('current'),
    mAh: unit('charge', 1e-3),
    Ah: unit('charge'),
    W: unit('power'),
    kW: unit('power', 1000),
    var: unit('reactive power'),
    kvar: unit('reactive power', 1000),
    VA: unit('apparent power'),
    kVA: unit('apparent power', 1000),
    Wh: unit('energy', 1e-3),
    kWh: unit('energy'),
    MWh: unit('energy', 1000),
    varh: unit('reactive energy', 1e-3),
    kvarh: unit('reactive energy'),
    Hz: unit('frequency'),
    pct: unit('ratio', 0.01),
    pctRH: unit('humidity'),
    index: unit('index'),
    ppm: unit('ppm'),
    ppb: unit('ppm', 1e-3),
    ugpm3: unit('mass per volume'),
    mgpm3: unit('mass per volume', 1000),
    pcm3: unit('number per volume'),
    uSpcm: unit('conductivity', 1e-4),
    mSpcm: unit('conductivity', 0.1),
    dSpm: unit('conductivity', 0.1),
    Spm: unit('conductivity'),
    lx: unit('illuminance'),
    Wpm2: unit('irradiance'),
    dB: unit('level'),
    dBm: unit('power level'),
    mG: unit('magnetic field', 1e-7),
    uT: unit('magnetic field', 1e-6),
  }),
)

/** Every unit that a codec's key can carry. */
export const unitSuffixes: readonly string[] = [...suffixes.keys()]

/** Units of the vocabulary (SenML: RFC 8428 §12.1, RFC 8798 §3). */
const senml: ReadonlyMap<string, Unit | readonly Unit[]> = new Map(
  Object.entries({
    m: unit('length'),
    mm: unit('length', 1e-3),
    m3: unit('volume'),
    'm3/s': unit('flow'),
    s: unit('time'),
    'm/s': unit('speed'),
    'km/h': unit('speed', 1 / 3.6),
    'mm/h': unit('rain rate'),
    Cel: unit('temperature'),
    deg: unit('angle'),
    lat: unit('angle'),
    lon: unit('angle'),
    Pa: unit('pressure'),
    hPa: unit('pressure', 100),
    V: unit('voltage'),
    A: unit('current'),
    Ah: unit('charge'),
    W: unit('power'),
    var: unit('reactive power'),
    VA: unit('apparent power'),
    kWh: unit('energy'),
    kvarh: unit('reactive energy'),
    Hz: unit('frequency'),
    '/': [unit('ratio'), unit('index')],
    '/100': unit('ratio', 0.01),
    '%EL': unit('ratio', 0.01),
    '%RH': [unit('ratio', 0.01), unit('humidity')],
    ppm: unit('ppm'),
    'ug/m3': unit('mass per volume'),
    '1/cm3': unit('number per volume'),
    'S/m': unit('conductivity'),
    lx: unit('illuminance'),
    'W/m2': unit('irradiance'),
    dB: unit('level'),
    dBm: unit('power level'),
  }),
)

/**
 * The unit that a codec's key or field path says behind its last `_`: `volume_m3` → `m3`, `lamps[*].level_pct` → `pct`;
 * null where it says none that is known.
 */
export function unitSuffix(field: string): string | null {
  const suffix = field.slice(field.lastIndexOf('_') + 1)
  return field.includes('_') && suffixes.has(suffix) ? suffix : null
}

/**
 * How a value in a codec's unit (`m3ph`, without the `_`) becomes one in a unit of the vocabulary (`m3/s`);
 * null where they do not measure the same or one is not known. Compare with a tolerance: 1/3600 has no end.
 */
export function conversion(suffix: string, senmlUnit: string): Conversion | null {
  const from = suffixes.get(suffix)
  const to = [senml.get(senmlUnit) ?? []].flat().find(({ dimension }) => dimension === from?.dimension)
  if (from === undefined || to === undefined) return null
  return { scale: tidy(from.scale / to.scale), offset: tidy((from.offset - to.offset) / to.scale) }
}

/** Takes off what a division of two decimal fractions adds in the last figure. */
function tidy(value: number): number {
  return Number(value.toPrecision(15))
}
