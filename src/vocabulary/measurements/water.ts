import { alarm, between, counter, gauge, latching, lwm2m, type Table, upTo } from './declare.ts'

const flow = between(-1, 10)
const water = between(-5, 95)
const pipe = between(-1e5, 4e6)

export const waterMeters = {
  volume: counter('m3', 'volume', 'volume', { ...upTo(1e7), ...lwm2m(3424, 1) }),
  reverseVolume: counter('m3', 'reverse volume', 'volume de retour', upTo(1e6)),
  flow: gauge('m3/s', 'flow', 'débit', flow),
  flowMin: gauge('m3/s', 'lowest flow', 'débit minimal', { ...flow, over: 'min', ...lwm2m(3424, 7) }),
  flowMax: gauge('m3/s', 'highest flow', 'débit maximal', { ...flow, over: 'max', ...lwm2m(3424, 8) }),
  waterTemperature: gauge('Cel', 'water temperature', 'température de l’eau', water),
  waterTemperatureMin: gauge('Cel', 'lowest water temperature', 'température minimale de l’eau', { ...water, over: 'min' }),
  waterTemperatureMax: gauge('Cel', 'highest water temperature', 'température maximale de l’eau', { ...water, over: 'max' }),
  /** a measure of what the meter hears in the pipe: compared with itself, it tells of leaks near by */
  acousticNoise: gauge('/', 'noise in the pipe', 'bruit acoustique de la conduite', upTo(65535)),
  pipePressure: gauge('Pa', 'pipe pressure', 'pression de conduite', { ...pipe, ...lwm2m(3427, 1) }),
  pipePressureMin: gauge('Pa', 'lowest pipe pressure', 'pression minimale de conduite', { ...pipe, over: 'min' }),
  pipePressureMax: gauge('Pa', 'highest pipe pressure', 'pression maximale de conduite', { ...pipe, over: 'max' }),
  leak: alarm('leak', 'fuite', { ...latching, ...lwm2m(3424, 10) }),
  leakSuspected: alarm('leak suspected', 'suspicion de fuite', lwm2m(3424, 9)),
  burst: alarm('burst', 'rupture de canalisation', latching),
  backflow: alarm('backflow', 'retour d’eau', { ...latching, ...lwm2m(3424, 11) }),
  blocked: alarm('meter blocked', 'compteur bloqué', { ...latching, ...lwm2m(3424, 12) }),
  dryPipe: alarm('dry pipe', 'canalisation vide'),
  frost: alarm('frost risk', 'risque de gel'),
  continuousFlow: alarm('flow that never stops', 'écoulement permanent'),
  noFlow: alarm('no flow for long', 'absence d’écoulement'),
  highFlow: alarm('flow above the meter’s maximum', 'débit au-dessus du maximum du compteur'),
  flowAlarm: alarm('flow threshold passed', 'seuil de débit franchi'),
  pressureAlarm: alarm('pressure threshold passed', 'seuil de pression franchi'),
  highPressure: alarm('pressure too high', 'pression trop haute'),
  lowPressure: alarm('pressure too low', 'pression trop basse'),
} satisfies Table

export const levels = {
  waterLevel: gauge('m', 'water level', 'niveau d’eau', { ...between(-50, 8850), ...lwm2m(3445, 1) }),
  waterDepth: gauge('m', 'depth of water above the probe', 'hauteur d’eau au-dessus de la sonde', upTo(700)),
  discharge: gauge('m3/s', 'discharge', 'débit du cours d’eau', { ...between(-1000, 20000), ...lwm2m(3445, 2) }),
  levelAlarm: alarm('level threshold passed', 'seuil de niveau franchi'),
  flood: alarm('flood', 'inondation'),
  /** a resistance that falls when water touches the probe: the device’s own scale */
  wetness: gauge('/', 'water at the probe', 'eau à la sonde', { ...upTo(255), over: 'max' }),
} satisfies Table
