// Dragino LDDS75, ultrasonic distance sensor. One frame of eight bytes, big-endian.

const PORT = 2
const LENGTH = 8
// Distances (mm) that measure nothing.
const DISTANCE_STATUS = { 0: 'no-sensor', 20: 'invalid' }

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

function int16(bytes, at) {
  return (uint16(bytes, at) << 16) >> 16
}

function decodeUplink(input) {
  const bytes = input.bytes
  if (input.fPort !== PORT) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + PORT] }
  if (bytes.length !== LENGTH) return { errors: ['frame of ' + bytes.length + ' bytes, ' + LENGTH + ' are needed'] }
  // The two high bits are not the battery's.
  const data = { battery_V: (uint16(bytes, 0) & 0x3fff) / 1000, externalTemperature_Cel: int16(bytes, 5) / 10 }
  const warnings = []
  if (bytes[4] > 1) warnings.push('interrupt is ' + bytes[4] + ', neither 0 nor 1')
  else data.interrupt = bytes[4]
  if (bytes[7] > 1) warnings.push('sensor found is ' + bytes[7] + ', neither 0 nor 1')
  else data.sensorPresent = bytes[7] === 1
  const millimetres = uint16(bytes, 2)
  if (DISTANCE_STATUS[millimetres] !== undefined) data.distanceStatus = DISTANCE_STATUS[millimetres]
  else data.distance_m = millimetres / 1000
  if (data.distance_m !== undefined && data.sensorPresent === false) warnings.push('a distance, and yet no sensor was found')
  return { data: data, warnings: warnings }
}

function integerWithin(value, key, min, max) {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(key + ' must be a whole number from ' + min + ' to ' + max + ', not ' + value)
  }
  return value
}

function encodeCommand(command) {
  switch (command.type) {
    case 'set-report-interval': {
      const interval = integerWithin(command.interval_s, 'interval_s', 1, 0xffffff)
      return [0x01, interval >> 16, (interval >> 8) & 0xff, interval & 0xff]
    }
    case 'reboot':
      return [0x04, 0xff]
    default:
      throw new Error('unknown command ' + command.type)
  }
}

function encodeDownlink(input) {
  try {
    return { fPort: PORT, bytes: encodeCommand(input.data) }
  } catch (error) {
    return { errors: [error.message] }
  }
}

function decodeDownlink(input) {
  const bytes = input.bytes
  if (input.fPort !== PORT) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + PORT] }
  if (bytes.length === 0) return { errors: ['empty command'] }
  if (bytes[0] === 0x01) {
    if (bytes.length !== 4) return { errors: ['command of ' + bytes.length + ' bytes, 4 are needed'] }
    const interval = bytes[1] * 0x10000 + uint16(bytes, 2)
    return interval === 0 ? { errors: ['an interval of 0 s'] } : { data: { type: 'set-report-interval', interval_s: interval } }
  }
  if (bytes.length === 2 && bytes[0] === 0x04 && bytes[1] === 0xff) return { data: { type: 'reboot' } }
  return { errors: ['unknown command ' + bytes[0]] }
}
