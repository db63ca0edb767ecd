import { between, counter, gauge, lwm2m, state, type Table, upTo, yesNo } from './declare.ts'

const last = { over: 'last' } as const

export const coverage = {
  latitude: gauge('lat', 'latitude', 'latitude', { ...between(-90, 90), ...last, ...lwm2m(3430, 1) }),
  longitude: gauge('lon', 'longitude', 'longitude', { ...between(-180, 180), ...last, ...lwm2m(3430, 2) }),
  altitude: gauge('m', 'altitude', 'altitude', { ...between(-500, 9000), ...last, ...lwm2m(3430, 3) }),
  hdop: gauge('/', 'horizontal dilution of precision', 'dilution horizontale de la précision', { ...upTo(100), ...lwm2m(3430, 7) }),
  satellites: gauge('count', 'satellites', 'satellites', { ...upTo(100), ...lwm2m(3430, 15) }),
  fixValid: yesNo('position valid', 'position valide'),
  fixQuality: state(['good', 'average', 'poor', 'none'], 'quality of the position', 'qualité de la position'),
  uplinksSent: counter('count', 'uplinks sent by the device', 'trames montantes émises par le capteur', upTo(1e10)),
  downlinksHeard: counter('count', 'downlinks heard by the device', 'trames descendantes reçues par le capteur', upTo(1e10)),
  downlinkRssi: gauge('dBm', 'signal heard by the device', 'signal reçu par le capteur', { ...between(-160, 0), ...lwm2m(3412, 20) }),
  downlinkSnr: gauge('dB', 'signal to noise heard by the device', 'rapport signal/bruit reçu par le capteur', {
    ...between(-30, 30),
    ...lwm2m(3412, 18),
  }),
} satisfies Table
