import type { Measurement } from '../measurement.ts'
import { alarm, between, counter, gauge, latching, lwm2m, type Table, upTo, yesNo } from './declare.ts'

const energy = upTo(1e8)
const power = between(-1e6, 1e6)
const amperes = between(-5000, 5000)

/** The phases of one meter are one reading: names with L1, L2, L3; circuits that are metered apart are channels. */
const perPhase = (name: string, unit: string, en: string, fr: string, options: Pick<Measurement, 'range'> & Partial<Measurement>): Table =>
  Object.fromEntries(['L1', 'L2', 'L3'].map((phase) => [`${name}${phase}`, gauge(unit, `${en} ${phase}`, `${fr} ${phase}`, options)]))

/** Tariffs of one meter: each grows only while it holds. */
const perTariff = (name: string, unit: string, en: string, fr: string): Table =>
  Object.fromEntries(
    ['1', '2', '3', '4'].map((tariff) => [`${name}T${tariff}`, counter(unit, `${en}, tariff ${tariff}`, `${fr}, tarif ${tariff}`, energy)]),
  )

export const electricity = {
  energy: counter('kWh', 'energy', 'énergie', { ...energy, ...lwm2m(3418, 6) }),
  ...perTariff('energy', 'kWh', 'energy', 'énergie'),
  energyExport: counter('kWh', 'energy fed in', 'énergie injectée', energy),
  ...perTariff('energyExport', 'kWh', 'energy fed in', 'énergie injectée'),
  reactiveEnergy: counter('kvarh', 'reactive energy', 'énergie réactive', { ...energy, ...lwm2m(3418, 30) }),
  ...perTariff('reactiveEnergy', 'kvarh', 'reactive energy', 'énergie réactive'),
  reactiveEnergyExport: counter('kvarh', 'reactive energy fed in', 'énergie réactive injectée', energy),
  ...perTariff('reactiveEnergyExport', 'kvarh', 'reactive energy fed in', 'énergie réactive injectée'),
  power: gauge('W', 'power', 'puissance', { ...power, ...lwm2m(3418, 4) }),
  ...perPhase('power', 'W', 'power', 'puissance', power),
  powerMean: gauge('W', 'mean power', 'puissance moyenne', power),
  powerMax: gauge('W', 'highest power', 'puissance maximale', { ...power, over: 'max' }),
  reactivePower: gauge('var', 'reactive power', 'puissance réactive', { ...power, ...lwm2m(3418, 29) }),
  ...perPhase('reactivePower', 'var', 'reactive power', 'puissance réactive', power),
  apparentPower: gauge('VA', 'apparent power', 'puissance apparente', power),
  ...perPhase('apparentPower', 'VA', 'apparent power', 'puissance apparente', power),
  powerFactor: gauge('/', 'power factor', 'facteur de puissance', { ...between(-1, 1), ...lwm2m(3418, 5) }),
  ...perPhase('powerFactor', '/', 'power factor', 'facteur de puissance', between(-1, 1)),
  voltage: gauge('V', 'voltage', 'tension', { ...upTo(500), ...lwm2m(3418, 1) }),
  ...perPhase('voltage', 'V', 'voltage', 'tension', upTo(500)),
  current: gauge('A', 'current', 'intensité', { ...amperes, ...lwm2m(3418, 2) }),
  ...perPhase('current', 'A', 'current', 'intensité', amperes),
  currentMin: gauge('A', 'lowest current', 'intensité minimale', { ...amperes, over: 'min' }),
  currentMax: gauge('A', 'highest current', 'intensité maximale', { ...amperes, over: 'max' }),
  ...perPhase('currentMax', 'A', 'highest current', 'intensité maximale', { ...amperes, over: 'max' }),
  ...perPhase('phaseAngle', 'deg', 'phase angle', 'déphasage', between(-360, 360)),
  frequency: gauge('Hz', 'frequency', 'fréquence', { ...between(40, 70), ...lwm2m(3418, 3) }),
  charge: counter('Ah', 'charge', 'charge', energy),
  mainsOn: yesNo('mains present', 'secteur présent'),
  currentAlarm: alarm('current threshold passed', 'seuil d’intensité franchi'),
  powerFailure: alarm('supply failure', 'défaut d’alimentation', latching),
} satisfies Table
