import { alarm, counter, gauge, latching, lwm2m, percent, state, type Table, upTo, yesNo } from './declare.ts'

/** A cabinet has a channel for each of its relays, a controller one for each lamp it tells apart. */
export const lighting = {
  level: gauge('/100', 'light level', 'niveau d’éclairage', { ...percent, ...lwm2m(3416, 3) }),
  levelSource: state(
    ['program', 'calendar', 'manual', 'sensor', 'input', 'fallback', 'off', 'fault'],
    'what sets the level',
    'origine du niveau',
  ),
  lampOn: yesNo('lamp on', 'lampe allumée'),
  lampFailure: alarm('lamp failure', 'défaut de lampe', { ...latching, ...lwm2m(3416, 5) }),
  driverFailure: alarm('driver failure', 'défaut de driver', { ...latching, ...lwm2m(3416, 7) }),
  driverMissing: alarm('driver not found', 'driver introuvable', { ...latching, ...lwm2m(3416, 12) }),
  driverUnaddressed: alarm('driver without an address', 'driver sans adresse'),
  driverPowerFailure: alarm('driver was without power', 'coupure d’alimentation du driver'),
  driverLimit: alarm('level outside the driver’s limits', 'niveau hors des limites du driver'),
  drivers: gauge('count', 'drivers found', 'drivers détectés', { ...upTo(64), over: 'last' }),
  daliFailure: alarm('DALI bus failure', 'défaut du bus DALI', latching),
  daliVoltage: gauge('V', 'DALI bus voltage', 'tension du bus DALI', upTo(30)),
  relayFailure: alarm('relay failure', 'défaut de relais', { ...latching, ...lwm2m(3416, 9) }),
  meteringFailure: alarm('metering failure', 'défaut de comptage'),
  clockFailure: alarm('clock not set', 'horloge non réglée'),
  overCurrent: alarm('over-current', 'surintensité', { ...latching, ...lwm2m(3418, 19) }),
  overVoltage: alarm('over-voltage', 'surtension', { ...latching, ...lwm2m(3418, 23) }),
  underVoltage: alarm('under-voltage', 'sous-tension', { ...latching, ...lwm2m(3418, 21) }),
  lowPowerFactor: alarm('low power factor', 'facteur de puissance faible', { ...latching, ...lwm2m(3418, 9) }),
  powerAlarm: alarm('abnormal power', 'puissance anormale', latching),
  voltageAlarm: alarm('abnormal voltage', 'tension anormale', latching),
  relayClosed: yesNo('relay closed', 'relais fermé'),
  outputOn: yesNo('output on', 'sortie active'),
  doorOpen: yesNo('door open', 'porte ouverte'),
  /** the device’s own scale, where it gives no lux */
  photocell: gauge('/', 'photocell', 'photocellule', upTo(65535)),
  lampOnTime: counter('s', 'lamp burning time', 'durée d’allumage de la lampe', { ...upTo(1e9), ...lwm2m(3416, 15) }),
  driverOnTime: counter('s', 'driver operating time', 'durée de fonctionnement du driver', { ...upTo(1e9), ...lwm2m(3416, 56) }),
  loadPower: gauge('W', 'power of the light source', 'puissance de la source lumineuse', { ...upTo(1e5), ...lwm2m(3416, 46) }),
  loadEnergy: counter('kWh', 'energy of the light source', 'énergie de la source lumineuse', { ...upTo(1e7), ...lwm2m(3416, 47) }),
} satisfies Table
