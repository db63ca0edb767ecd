import { alarm, counter, gauge, lwm2m, type Table, upTo } from './declare.ts'

const many = upTo(1e10)
const inReport = { ...upTo(1e5), over: 'sum' } as const

/** Directions, lanes and classes of one counter are channels. */
export const mobility = {
  countIn: counter('count', 'entries', 'entrées', many),
  countOut: counter('count', 'exits', 'sorties', many),
  count: counter('count', 'count', 'comptage', { ...many, ...lwm2m(3432, 1) }),
  entries: gauge('count', 'entries since the report before', 'entrées depuis le rapport précédent', inReport),
  exits: gauge('count', 'exits since the report before', 'sorties depuis le rapport précédent', inReport),
  passages: gauge('count', 'passages since the report before', 'passages depuis le rapport précédent', inReport),
  vehicles: gauge('count', 'vehicles since the report before', 'véhicules depuis le rapport précédent', inReport),
  bicycles: gauge('count', 'bicycles since the report before', 'vélos depuis le rapport précédent', inReport),
  pedestrians: gauge('count', 'pedestrians since the report before', 'piétons depuis le rapport précédent', inReport),
  speed: gauge('km/h', 'speed', 'vitesse', upTo(250)),
  countAlarm: alarm('count threshold passed', 'seuil de comptage franchi'),
  magneticAlarm: alarm('magnetic threshold passed', 'seuil magnétique franchi'),
} satisfies Table
