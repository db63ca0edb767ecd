import { alarm, between, counter, gauge, lwm2m, percent, type Table, upTo, yesNo } from './declare.ts'

const celsius = between(-40, 85)
const particles = upTo(1e6)

export const air = {
  temperature: gauge('Cel', 'temperature', 'température', { ...celsius, ...lwm2m(3303) }),
  temperatureMin: gauge('Cel', 'lowest temperature', 'température minimale', { ...celsius, over: 'min' }),
  temperatureMax: gauge('Cel', 'highest temperature', 'température maximale', { ...celsius, over: 'max' }),
  temperatureChange: gauge('Cel', 'sudden change of temperature', 'variation brusque de température', {
    ...between(-100, 100),
    over: 'last',
  }),
  externalTemperature: gauge('Cel', 'temperature of an external probe', 'température de la sonde externe', between(-55, 200)),
  surfaceTemperature: gauge('Cel', 'surface temperature (infrared)', 'température de surface (infrarouge)', between(-70, 400)),
  humidity: gauge('%RH', 'relative humidity', 'humidité relative', { ...percent, ...lwm2m(3304) }),
  pressure: gauge('hPa', 'pressure', 'pression', { ...between(300, 1100), ...lwm2m(3315) }),
  vapourPressure: gauge('hPa', 'vapour pressure', 'pression de vapeur', upTo(150)),
  temperatureAlarm: alarm('temperature threshold passed', 'seuil de température franchi'),
  highTemperature: alarm('temperature too high', 'température trop haute'),
  lowTemperature: alarm('temperature too low', 'température trop basse'),
  humidityAlarm: alarm('humidity threshold passed', 'seuil d’humidité franchi'),

  co2: gauge('ppm', 'carbon dioxide', 'dioxyde de carbone', { ...between(300, 10000), ...lwm2m(3428, 17) }),
  co: gauge('ppm', 'carbon monoxide', 'monoxyde de carbone', { ...upTo(1000), ...lwm2m(3428, 7) }),
  no: gauge('ppm', 'nitric oxide', 'monoxyde d’azote', { ...upTo(100), ...lwm2m(3428, 19) }),
  no2: gauge('ppm', 'nitrogen dioxide', 'dioxyde d’azote', { ...upTo(100), ...lwm2m(3428, 15) }),
  so2: gauge('ppm', 'sulphur dioxide', 'dioxyde de soufre', { ...upTo(100), ...lwm2m(3428, 9) }),
  o3: gauge('ppm', 'ozone', 'ozone', { ...upTo(20), ...lwm2m(3428, 12) }),
  h2s: gauge('ppm', 'hydrogen sulphide', 'sulfure d’hydrogène', { ...upTo(500), ...lwm2m(3428, 21) }),
  nh3: gauge('ppm', 'ammonia', 'ammoniac', upTo(500)),
  ch4: gauge('ppm', 'methane', 'méthane', upTo(50000)),
  formaldehyde: gauge('ppm', 'formaldehyde', 'formaldéhyde', upTo(10)),
  tvoc: gauge('ug/m3', 'volatile organic compounds', 'composés organiques volatils', upTo(60000)),
  airIndex: gauge('/', 'air quality index', 'indice de qualité de l’air', upTo(500)),
  pm1: gauge('ug/m3', 'PM1', 'PM1', { ...upTo(1000), ...lwm2m(3428, 5) }),
  pm25: gauge('ug/m3', 'PM2.5', 'PM2,5', { ...upTo(1000), ...lwm2m(3428, 3) }),
  pm4: gauge('ug/m3', 'PM4', 'PM4', upTo(1000)),
  pm10: gauge('ug/m3', 'PM10', 'PM10', { ...upTo(2000), ...lwm2m(3428, 1) }),
  pm05Count: gauge('1/cm3', 'particles up to 0.5 µm', 'particules jusqu’à 0,5 µm', particles),
  pm1Count: gauge('1/cm3', 'particles up to 1 µm', 'particules jusqu’à 1 µm', particles),
  pm25Count: gauge('1/cm3', 'particles up to 2.5 µm', 'particules jusqu’à 2,5 µm', particles),
  pm4Count: gauge('1/cm3', 'particles up to 4 µm', 'particules jusqu’à 4 µm', particles),
  pm10Count: gauge('1/cm3', 'particles up to 10 µm', 'particules jusqu’à 10 µm', particles),
  particleSize: gauge('mm', 'typical particle size', 'taille typique des particules', upTo(0.1)),
} satisfies Table

export const rooms = {
  noise: gauge('dB', 'noise level', 'niveau sonore', { ...between(20, 140), ...lwm2m(3433, 3) }),
  noisePeak: gauge('dB', 'noise peak', 'crête sonore', { ...between(20, 160), over: 'max' }),
  illuminance: gauge('lx', 'illuminance', 'éclairement', { ...upTo(200000), ...lwm2m(3301) }),
  /** the device’s own steps, from dark to bright */
  lightStep: gauge('/', 'ambient light step', 'palier de luminosité ambiante', upTo(255)),
  motion: yesNo('motion', 'mouvement', lwm2m(3302, 5500)),
  motionCount: counter('count', 'movements', 'mouvements', upTo(1e10)),
  motions: gauge('count', 'movements since the report before', 'mouvements depuis le rapport précédent', { ...upTo(1e5), over: 'sum' }),
  timeSinceMotion: gauge('s', 'time since the last movement', 'durée depuis le dernier mouvement', { ...upTo(1e8), over: 'last' }),
  occupied: yesNo('occupied', 'occupé', lwm2m(3431, 1)),
  occupancy: gauge('count', 'people present', 'personnes présentes', { ...upTo(10000), ...lwm2m(3434, 1) }),
} satisfies Table
