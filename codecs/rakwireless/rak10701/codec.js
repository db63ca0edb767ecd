// RAK10701 and disk91 Wio field testers: the device says where it is, the network answers how well it was heard.

// A fix is good enough to be kept from here on.
const MAX_HDOP_TENTHS = 20
const MIN_SATELLITES = 5
// Half the way round the Earth.
const MAX_DISTANCE = 20000000

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

// 48 bits: sign of the longitude, sign of the latitude, 23 bits of latitude, 23 bits of longitude.
function readPosition(bytes, data) {
  const latitude = ((bytes[0] & 0x3f) << 17) | (bytes[1] << 9) | (bytes[2] << 1) | (bytes[3] >> 7)
  const longitude = ((bytes[3] & 0x7f) << 16) | (bytes[4] << 8) | bytes[5]
  data.latitude_deg = ((bytes[0] & 0x40 ? -1 : 1) * (latitude * 108 + 53)) / 1e7
  data.longitude_deg = ((bytes[0] & 0x80 ? -1 : 1) * (longitude * 215 + 107)) / 1e7
}

function outOfRange(data) {
  return Math.abs(data.latitude_deg) > 90 || Math.abs(data.longitude_deg) > 180
}

function readTest(bytes) {
  const data = { hdop: bytes[8] / 10, satellites: bytes[9] }
  data.fixValid = bytes[8] <= MAX_HDOP_TENTHS && bytes[9] >= MIN_SATELLITES
  if (data.fixValid) {
    readPosition(bytes, data)
    data.altitude_m = uint16(bytes, 6) - 1000
  }
  return data
}

// A discovery says neither how good its position is nor asks for an answer.
function readDiscovery(bytes) {
  const data = {}
  if (Array.from(bytes).some((byte) => byte !== 0)) readPosition(bytes, data)
  return data
}

const FRAMES = {
  1: { length: 10, read: readTest },
  3: { length: 6, read: readDiscovery },
  11: { length: 11, read: readTest },
}

function decodeUplink(input) {
  const frame = FRAMES[input.fPort]
  if (frame === undefined) return { errors: ['fPort ' + input.fPort + ' is unknown, expected 1, 3 or 11'] }
  if (input.bytes.length !== frame.length) {
    return { errors: ['frame of ' + input.bytes.length + ' bytes on fPort ' + input.fPort + ', ' + frame.length + ' are needed'] }
  }
  const data = frame.read(input.bytes)
  if (outOfRange(data)) return { errors: ['position ' + data.latitude_deg + ', ' + data.longitude_deg + ' is not on Earth'] }
  return { data: data }
}

// ---- the answer: on the port of the question + 1

function integerWithin(value, key, min, max) {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(key + ' must be a whole number from ' + min + ' to ' + max + ', not ' + value)
  }
  return value
}

// 0 stands for an unknown distance, so that a very near gateway takes the first step.
function steps(value, key, step, max) {
  if (value === undefined) return 0
  if (typeof value !== 'number' || !(value >= 0 && value <= MAX_DISTANCE)) {
    throw new Error(key + ' must be from 0 to ' + MAX_DISTANCE + ', not ' + value)
  }
  return Math.min(max, Math.max(1, Math.round(value / step)))
}

function encodeReply(command) {
  if (command.type !== 'coverage-reply') throw new Error('unknown command ' + command.type)
  const extended = command.extended
  if (extended !== undefined && typeof extended !== 'boolean') throw new Error('extended must be true or false, not ' + extended)
  if ((command.minDistance_m === undefined) !== (command.maxDistance_m === undefined)) {
    throw new Error('minDistance_m and maxDistance_m must be given together')
  }
  const sequence = integerWithin(command.sequence, 'sequence', 0, 4294967295) % 256
  const minRssi = integerWithin(command.minRssi_dBm, 'minRssi_dBm', -200, 55)
  const maxRssi = integerWithin(command.maxRssi_dBm, 'maxRssi_dBm', -200, 55)
  const gateways = integerWithin(command.gateways, 'gateways', 0, 255)
  const head = [sequence, minRssi + 200, maxRssi + 200]
  if (extended === true) {
    const min = steps(command.minDistance_m, 'minDistance_m', 10, 65535)
    const max = steps(command.maxDistance_m, 'maxDistance_m', 10, 65535)
    return { fPort: 12, bytes: head.concat([min >> 8, min & 0xff, max >> 8, max & 0xff, gateways]) }
  }
  const min = steps(command.minDistance_m, 'minDistance_m', 250, 128)
  const max = steps(command.maxDistance_m, 'maxDistance_m', 250, 128)
  return { fPort: 2, bytes: head.concat([min, max, gateways]) }
}

function encodeDownlink(input) {
  try {
    return encodeReply(input.data)
  } catch (error) {
    return { errors: [error.message] }
  }
}

function decodeDownlink(input) {
  const bytes = input.bytes
  const extended = input.fPort === 12
  if (input.fPort !== 2 && !extended) return { errors: ['fPort ' + input.fPort + ' is unknown, expected 2 or 12'] }
  const length = extended ? 8 : 6
  if (bytes.length !== length) return { errors: ['reply of ' + bytes.length + ' bytes, ' + length + ' are needed'] }
  const data = { type: 'coverage-reply', sequence: bytes[0], minRssi_dBm: bytes[1] - 200, maxRssi_dBm: bytes[2] - 200 }
  const min = extended ? uint16(bytes, 3) * 10 : bytes[3] * 250
  const max = extended ? uint16(bytes, 5) * 10 : bytes[4] * 250
  if (min > 0) data.minDistance_m = min
  if (max > 0) data.maxDistance_m = max
  data.gateways = bytes[length - 1]
  data.extended = extended
  return { data: data }
}
