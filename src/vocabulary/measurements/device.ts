import { alarm, between, counter, event, gauge, latching, lwm2m, percent, state, type Table, upTo, yesNo } from './declare.ts'

const volts = { ...upTo(30), over: 'last' } as const

export const inputs = {
  pulses: counter('count', 'pulses', 'impulsions', { ...upTo(1e10), ...lwm2m(3424, 4) }),
  /** what the device made of its pulses, in a unit that is set in it and that its frames do not tell */
  rawTotal: counter('/', 'total in the device’s own unit', 'total dans l’unité propre au capteur', upTo(1e10)),
  newPulses: gauge('count', 'pulses since the report before', 'impulsions depuis le rapport précédent', { ...upTo(1e7), over: 'sum' }),
  input: yesNo('input active', 'entrée active', lwm2m(3200, 5500)),
  inputCount: counter('count', 'input activations', 'activations de l’entrée', { ...upTo(1e10), ...lwm2m(3200, 5501) }),
  inputTriggered: event('input triggered', 'déclenchement de l’entrée'),
  inputAlarm: alarm('input alarm', 'alarme d’entrée'),
  analogVoltage: gauge('V', 'analogue input', 'entrée analogique', between(-30, 30)),
  thresholdAlarm: alarm('threshold passed', 'seuil franchi'),
} satisfies Table

export const device = {
  battery: gauge('%EL', 'battery', 'batterie', { ...percent, over: 'last', ...lwm2m(3, 9) }),
  batteryVoltage: gauge('V', 'battery voltage', 'tension de la batterie', { ...volts, ...lwm2m(3411, 3) }),
  batteryVoltageMean: gauge('V', 'mean battery voltage', 'tension moyenne de la batterie', volts),
  batteryVoltageLoaded: gauge('V', 'battery voltage under load', 'tension de la batterie sous charge', volts),
  supplyVoltage: gauge('V', 'supply voltage', 'tension d’alimentation', { ...upTo(60), over: 'last' }),
  charging: yesNo('battery charging', 'batterie en recharge'),
  lowBattery: alarm('low battery', 'batterie faible', lwm2m(3411, 6)),
  chargingFailure: alarm('charging failure', 'défaut de recharge'),
  deviceTemperature: gauge('Cel', 'temperature inside the device', 'température interne', between(-40, 125)),
  deviceStatus: state(
    ['good', 'function-check', 'maintenance-required', 'out-of-specification', 'failure'],
    'device status (NAMUR NE 107)',
    'état du capteur (NAMUR NE 107)',
  ),
  /** the vendor’s own codes: 0 is none */
  errorCode: gauge('/', 'error code', 'code d’erreur', { ...upTo(4294967295), over: 'last' }),
  operationMode: gauge('/', 'operation mode', 'mode de fonctionnement', { ...upTo(65535), over: 'last' }),
  resetCause: state(
    ['power-on', 'watchdog', 'brownout', 'rejoin', 'request', 'software', 'hardware', 'other'],
    'cause of the restart',
    'cause du redémarrage',
  ),
  restarted: event('restarted', 'redémarré'),
  watchdogReset: event('restarted by its watchdog', 'redémarré par son chien de garde'),
  button: event('button pressed', 'bouton pressé', lwm2m(3347, 5500)),
  moved: event('moved', 'déplacé'),
  commandRefused: event('command refused by the device', 'commande refusée par le capteur'),
  commandFailed: event('command not carried out', 'commande non exécutée'),
  tamper: alarm('tampering', 'fraude', { ...latching, ...lwm2m(3424, 13) }),
  removed: alarm('removed from its place', 'déposé', latching),
  magnet: alarm('magnet', 'aimant', latching),
  caseOpen: alarm('case opened', 'boîtier ouvert', latching),
  cableCut: alarm('cable cut or unplugged', 'câble coupé ou débranché', latching),
  probeMissing: alarm('probe not connected', 'sonde absente'),
  sensorFailure: alarm('sensor cannot be read', 'capteur illisible'),
  overRange: alarm('beyond the sensor’s range', 'hors de la plage du capteur'),
  hardwareFailure: alarm('hardware failure', 'défaut matériel', latching),
  configurationFault: alarm('inconsistent configuration', 'configuration incohérente'),
  poorRadio: alarm('poor radio link', 'liaison radio faible'),
  fault: alarm('permanent fault', 'défaut permanent', latching),
} satisfies Table
