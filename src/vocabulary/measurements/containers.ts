import { alarm, between, gauge, latching, lwm2m, percent, type Table, upTo } from './declare.ts'

const reach = upTo(100)

export const containers = {
  fill: gauge('/100', 'fill', 'remplissage', { ...percent, ...lwm2m(3435, 2) }),
  full: alarm('full', 'plein', lwm2m(3435, 5)),
  distance: gauge('m', 'distance', 'distance', { ...reach, ...lwm2m(3330) }),
  distanceMin: gauge('m', 'shortest distance', 'distance minimale', { ...reach, over: 'min' }),
  distanceMax: gauge('m', 'longest distance', 'distance maximale', { ...reach, over: 'max' }),
  distanceMean: gauge('m', 'mean distance', 'distance moyenne', reach),
  distanceMedian: gauge('m', 'median distance', 'distance médiane', reach),
  distanceMode: gauge('m', 'most frequent distance', 'distance la plus fréquente', reach),
  distanceP10: gauge('m', 'distance, 10th percentile', 'distance, 10e centile', reach),
  distanceP25: gauge('m', 'distance, 25th percentile', 'distance, 25e centile', reach),
  distanceP75: gauge('m', 'distance, 75th percentile', 'distance, 75e centile', reach),
  distanceP90: gauge('m', 'distance, 90th percentile', 'distance, 90e centile', reach),
  samples: gauge('count', 'samples', 'nombre d’échantillons', upTo(1e6)),
  acquisitionTime: gauge('s', 'acquisition time', 'durée d’acquisition', upTo(3600)),
  lidOpen: alarm('lid open', 'couvercle ouvert', lwm2m(3435, 21)),
  fire: alarm('fire', 'incendie', { ...latching, ...lwm2m(3435, 22) }),
  tilt: alarm('tilted', 'basculé', lwm2m(3435, 13)),
  tiltAngle: gauge('deg', 'tilt', 'inclinaison', { ...between(-180, 180), ...lwm2m(3429, 1) }),
  tiltX: gauge('deg', 'tilt, X axis', 'inclinaison, axe X', between(-180, 180)),
  tiltY: gauge('deg', 'tilt, Y axis', 'inclinaison, axe Y', between(-180, 180)),
  distanceAlarm: alarm('distance threshold passed', 'seuil de distance franchi'),
} satisfies Table
