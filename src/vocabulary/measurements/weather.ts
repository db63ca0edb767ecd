import { alarm, between, counter, gauge, lwm2m, type Table, upTo } from './declare.ts'

export const weather = {
  irradiance: gauge('W/m2', 'solar irradiance', 'rayonnement solaire', upTo(1800)),
  uvIndex: gauge('/', 'UV index', 'indice UV', { ...upTo(20), over: 'max' }),
  windSpeed: gauge('m/s', 'wind speed', 'vitesse du vent', { ...upTo(75), ...lwm2m(3449) }),
  windGust: gauge('m/s', 'wind gust', 'rafale', { ...upTo(110), over: 'max' }),
  windDirection: gauge('deg', 'wind direction', 'direction du vent', { ...upTo(360), over: 'last', ...lwm2m(3449, 5705) }),
  rain: gauge('mm', 'rain since the report before', 'pluie depuis le rapport précédent', { ...upTo(200), over: 'sum' }),
  rainTotal: counter('mm', 'total rain', 'cumul de pluie', { ...upTo(1e6), ...lwm2m(3446, 1) }),
  rainRate: gauge('mm/h', 'rain rate', 'intensité de pluie', { ...upTo(500), over: 'max' }),
  rainConductivity: gauge('S/m', 'rain conductivity', 'conductivité de la pluie', upTo(1)),
  lightningStrikes: gauge('count', 'lightning strikes', 'impacts de foudre', { ...upTo(1e5), over: 'sum' }),
  lightningDistance: gauge('m', 'lightning distance', 'distance de la foudre', { ...between(0, 50000), over: 'min' }),
  rainAlarm: alarm('rain threshold passed', 'seuil de pluie franchi'),
  windAlarm: alarm('wind threshold passed', 'seuil de vent franchi'),
} satisfies Table
