import type { Measurement } from './measurement.ts'

type Options = Pick<Measurement, 'range' | 'lwm2m' | 'over' | 'latches'>

/** Declares an instantaneous value; over time the mean unless said otherwise. */
const gauge = (unit: string, en: string, fr: string, options: Partial<Options> = {}): Measurement => ({
  unit,
  kind: 'gauge',
  over: 'mean',
  label: { en, fr },
  ...options,
})
const counter = (unit: string, en: string, fr: string, options: Partial<Options> = {}): Measurement => ({
  unit,
  kind: 'counter',
  over: 'difference',
  label: { en, fr },
  ...options,
})
const alarm = (en: string, fr: string, options: Partial<Options> = {}): Measurement => ({
  unit: null,
  kind: 'alarm',
  over: 'max',
  label: { en, fr },
  ...options,
})
const state = (states: readonly string[], en: string, fr: string): Measurement => ({
  unit: null,
  kind: 'state',
  states,
  over: 'last',
  label: { en, fr },
})

const yesNo = (en: string, fr: string): Measurement => ({ unit: null, kind: 'state', over: 'last', label: { en, fr } })

const ipso = (object: number, resource = 5700) => ({ object, resource })
const latching = { latches: true } as const
const nonNegative = (max: number) => [0, max] as const
const percent = [0, 100] as const

/**
 * The vocabulary: what each value is called, its SenML unit (RFC 8428 §12.1; `/100`, `kWh`, `mm` … from RFC 8798),
 * its plausible range and its labels. Names never change once released; a new quantity gets a new name.
 */
const table = {
  // water meters
  volume: counter('m3', 'volume', 'volume', { range: nonNegative(1e7), lwm2m: { object: 3424, resource: 1 } }),
  reverseVolume: counter('m3', 'reverse volume', 'volume de retour', { range: nonNegative(1e6) }),
  flow: gauge('m3/s', 'flow', 'débit', { range: [-1, 10] }),
  flowMin: gauge('m3/s', 'lowest flow', 'débit minimal', { range: [-1, 10], lwm2m: { object: 3424, resource: 7 } }),
  flowMax: gauge('m3/s', 'highest flow', 'débit maximal', { range: [-1, 10], over: 'max', lwm2m: { object: 3424, resource: 8 } }),
  waterTemperature: gauge('Cel', 'water temperature', 'température de l’eau', { range: [-5, 95] }),
  leak: alarm('leak', 'fuite', { ...latching, lwm2m: { object: 3424, resource: 10 } }),
  burst: alarm('burst', 'rupture de canalisation', latching),
  backflow: alarm('backflow', 'retour d’eau', { ...latching, lwm2m: { object: 3424, resource: 11 } }),
  dryPipe: alarm('dry pipe', 'canalisation vide'),
  frost: alarm('frost risk', 'risque de gel'),
  tamper: alarm('tampering', 'fraude', latching),
  removed: alarm('removed from its place', 'déposé', latching),
  magnet: alarm('magnet', 'aimant', latching),

  // containers
  distance: gauge('m', 'distance', 'distance', { range: nonNegative(100), lwm2m: ipso(3330) }),
  fill: gauge('/100', 'fill', 'remplissage', { range: percent }),
  full: alarm('full', 'plein'),
  fire: alarm('fire', 'incendie', latching),
  tilt: alarm('tilted', 'basculé'),
  tiltAngle: gauge('deg', 'tilt', 'inclinaison', { range: [-180, 180] }),
  distanceAlarm: alarm('distance threshold passed', 'seuil de distance franchi'),
  temperatureAlarm: alarm('temperature threshold passed', 'seuil de température franchi'),

  // soil and irrigation
  soilMoisture: gauge('/100', 'soil moisture', 'humidité du sol', { range: [-5, 100] }),
  soilTemperature: gauge('Cel', 'soil temperature', 'température du sol', { range: [-40, 70] }),
  soilConductivity: gauge('S/m', 'soil conductivity', 'conductivité du sol', { range: nonNegative(3) }),
  soilPermittivity: gauge('/', 'soil permittivity', 'permittivité du sol', { range: [0.5, 100] }),
  valveOpen: yesNo('valve open', 'vanne ouverte'),
  valveFailure: alarm('valve failure', 'défaut de vanne', latching),
  opening: gauge('/100', 'valve opening', 'ouverture de la vanne', { range: percent }),

  // lighting
  level: gauge('/100', 'light level', 'niveau d’éclairage', { range: percent, lwm2m: { object: 3416, resource: 3 } }),
  levelSource: state(
    ['program', 'calendar', 'manual', 'sensor', 'input', 'fallback', 'off', 'fault'],
    'what sets the level',
    'origine du niveau',
  ),
  lampOn: yesNo('lamp on', 'lampe allumée'),
  lampFailure: alarm('lamp failure', 'défaut de lampe', latching),
  driverFailure: alarm('driver failure', 'défaut de driver', latching),
  driverMissing: alarm('driver not found', 'driver introuvable', latching),
  meteringFailure: alarm('metering failure', 'défaut de comptage'),
  clockFailure: alarm('clock not set', 'horloge non réglée'),
  overCurrent: alarm('over-current', 'surintensité', latching),
  overVoltage: alarm('over-voltage', 'surtension', latching),
  underVoltage: alarm('under-voltage', 'sous-tension', latching),
  lowPowerFactor: alarm('low power factor', 'facteur de puissance faible', latching),
  relayClosed: yesNo('relay closed', 'relais fermé'),
  outputOn: yesNo('output on', 'sortie active'),
  input: yesNo('input active', 'entrée active'),
  lampOnTime: counter('s', 'lamp burning time', 'durée d’allumage de la lampe', { range: nonNegative(1e9) }),
  driverOnTime: counter('s', 'driver operating time', 'durée de fonctionnement du driver', { range: nonNegative(1e9) }),

  // electricity
  energy: counter('kWh', 'energy', 'énergie', { range: nonNegative(1e8), lwm2m: ipso(3331, 5805) }),
  energyExport: counter('kWh', 'energy fed in', 'énergie injectée', { range: nonNegative(1e8) }),
  reactiveEnergy: counter('kvarh', 'reactive energy', 'énergie réactive', { range: nonNegative(1e8) }),
  power: gauge('W', 'power', 'puissance', { range: [-1e6, 1e6], lwm2m: ipso(3328) }),
  powerFactor: gauge('/', 'power factor', 'facteur de puissance', { range: [-1, 1] }),
  voltage: gauge('V', 'voltage', 'tension', { range: nonNegative(500), lwm2m: ipso(3316) }),
  current: gauge('A', 'current', 'intensité', { range: [-5000, 5000], lwm2m: ipso(3317) }),
  frequency: gauge('Hz', 'frequency', 'fréquence', { range: [40, 70] }),
  charge: counter('Ah', 'charge', 'charge', { range: nonNegative(1e8) }),

  // weather, air, rooms, rivers
  temperature: gauge('Cel', 'temperature', 'température', { range: [-40, 85], lwm2m: ipso(3303) }),
  humidity: gauge('%RH', 'relative humidity', 'humidité relative', { range: percent, lwm2m: ipso(3304) }),
  pressure: gauge('hPa', 'pressure', 'pression', { range: [300, 1100] }),
  vapourPressure: gauge('hPa', 'vapour pressure', 'pression de vapeur', { range: nonNegative(150) }),
  pipePressure: gauge('Pa', 'pipe pressure', 'pression de conduite', { range: [-1e5, 4e6] }),
  co2: gauge('ppm', 'carbon dioxide', 'dioxyde de carbone', { range: [300, 10000] }),
  tvoc: gauge('ug/m3', 'volatile organic compounds', 'composés organiques volatils', { range: nonNegative(60000) }),
  airIndex: gauge('/', 'air quality index', 'indice de qualité de l’air', { range: nonNegative(500) }),
  pm1: gauge('ug/m3', 'PM1', 'PM1', { range: nonNegative(1000) }),
  pm25: gauge('ug/m3', 'PM2.5', 'PM2,5', { range: nonNegative(1000) }),
  pm4: gauge('ug/m3', 'PM4', 'PM4', { range: nonNegative(1000) }),
  pm10: gauge('ug/m3', 'PM10', 'PM10', { range: nonNegative(2000) }),
  noise: gauge('dB', 'noise level', 'niveau sonore', { range: [20, 140] }),
  noisePeak: gauge('dB', 'noise peak', 'crête sonore', { range: [20, 160], over: 'max' }),
  illuminance: gauge('lx', 'illuminance', 'éclairement', { range: nonNegative(200000), lwm2m: ipso(3301) }),
  irradiance: gauge('W/m2', 'solar irradiance', 'rayonnement solaire', { range: nonNegative(1800) }),
  uvIndex: gauge('/', 'UV index', 'indice UV', { range: nonNegative(20), over: 'max' }),
  windSpeed: gauge('m/s', 'wind speed', 'vitesse du vent', { range: nonNegative(75) }),
  windGust: gauge('m/s', 'wind gust', 'rafale', { range: nonNegative(110), over: 'max' }),
  windDirection: gauge('deg', 'wind direction', 'direction du vent', { range: [0, 360], over: 'last' }),
  rain: gauge('mm', 'rain since the report before', 'pluie depuis le rapport précédent', { range: nonNegative(200), over: 'sum' }),
  rainTotal: counter('mm', 'total rain', 'cumul de pluie', { range: nonNegative(1e6) }),
  rainRate: gauge('mm/h', 'rain rate', 'intensité de pluie', { range: nonNegative(500), over: 'max' }),
  lightningStrikes: gauge('count', 'lightning strikes', 'impacts de foudre', { range: nonNegative(1e5), over: 'sum' }),
  lightningDistance: gauge('m', 'lightning distance', 'distance de la foudre', { range: nonNegative(50000) }),
  waterLevel: gauge('m', 'water level', 'niveau d’eau', { range: [-50, 8850] }),
  flood: alarm('flood', 'inondation'),

  // counts, presence, parking
  countIn: counter('count', 'entries', 'entrées', { range: nonNegative(1e10) }),
  countOut: counter('count', 'exits', 'sorties', { range: nonNegative(1e10) }),
  count: counter('count', 'count', 'comptage', { range: nonNegative(1e10) }),
  vehicles: gauge('count', 'vehicles since the report before', 'véhicules depuis le rapport précédent', {
    range: nonNegative(1e5),
    over: 'sum',
  }),
  speed: gauge('km/h', 'speed', 'vitesse', { range: nonNegative(250) }),
  occupied: yesNo('occupied', 'occupé'),
  occupancy: gauge('count', 'people present', 'personnes présentes', { range: nonNegative(10000) }),
  motion: yesNo('motion', 'mouvement'),
  pulses: counter('count', 'pulses', 'impulsions', { range: nonNegative(1e10) }),

  // the device itself
  battery: gauge('%EL', 'battery', 'batterie', { range: percent, over: 'last', lwm2m: { object: 3, resource: 9 } }),
  batteryVoltage: gauge('V', 'battery voltage', 'tension de la batterie', { range: nonNegative(30), over: 'last' }),
  lowBattery: alarm('low battery', 'batterie faible'),
  fault: alarm('permanent fault', 'défaut permanent', latching),
  restarted: yesNo('restarted', 'redémarré'),
  deviceTemperature: gauge('Cel', 'temperature inside the device', 'température interne', { range: [-40, 125] }),
  downlinkRssi: gauge('dBm', 'signal heard by the device', 'signal reçu par le capteur', { range: [-160, 0] }),
  downlinkSnr: gauge('dB', 'signal to noise heard by the device', 'rapport signal/bruit reçu par le capteur', { range: [-30, 30] }),
} satisfies Record<string, Measurement>

/** Every measurement by its name. */
export const measurements: ReadonlyMap<string, Measurement> = new Map(Object.entries(table))
