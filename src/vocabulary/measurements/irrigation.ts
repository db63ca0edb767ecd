import { alarm, between, event, gauge, latching, lwm2m, percent, state, type Table, upTo, yesNo } from './declare.ts'

export const soil = {
  soilMoisture: gauge('/100', 'soil moisture', 'humidité du sol', between(-5, 100)),
  soilTemperature: gauge('Cel', 'soil temperature', 'température du sol', between(-40, 70)),
  soilConductivity: gauge('S/m', 'soil conductivity', 'conductivité du sol', upTo(3)),
  soilPermittivity: gauge('/', 'soil permittivity', 'permittivité du sol', between(0.5, 100)),
  soilTension: gauge('Pa', 'soil water tension', 'tension d’eau du sol', upTo(300000)),
} satisfies Table

/** A device with several valves has a channel for each. */
export const valves = {
  valveOpen: yesNo('valve open', 'vanne ouverte'),
  valveCommandedOpen: yesNo('valve asked to be open', 'ouverture de vanne demandée'),
  valveSource: state(
    ['none', 'program', 'forced-program', 'rain', 'command', 'manual'],
    'what moves the valve',
    'origine de la commande de la vanne',
  ),
  opening: gauge('/100', 'valve opening', 'ouverture de la vanne', { ...percent, ...lwm2m(3425, 2) }),
  endStopOpen: yesNo('open end stop reached', 'fin de course ouverte atteinte'),
  endStopClosed: yesNo('closed end stop reached', 'fin de course fermée atteinte'),
  valveFailure: alarm('valve failure', 'défaut de vanne', latching),
  valveOpenedByHand: event('valve opened by hand', 'vanne ouverte à la main'),
  valveClosedByHand: event('valve closed by hand', 'vanne fermée à la main'),
} satisfies Table
