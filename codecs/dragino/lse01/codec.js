// Dragino LSE01, soil moisture, temperature and conductivity. One frame of eleven bytes, big-endian.

const PORT = 2
const LENGTH = 11

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
  const data = {
    // The two high bits are not the battery's.
    battery_V: (uint16(bytes, 0) & 0x3fff) / 1000,
    externalProbe: (bytes[10] & 0x10) !== 0,
    interrupt: bytes[10] & 0x0f,
    rawMode: (bytes[10] & 0x80) !== 0,
  }
  // Without the probe its two bytes hold an absurd temperature.
  if (data.externalProbe) data.externalTemperature_Cel = int16(bytes, 2) / 10
  if (data.rawMode) {
    data.permittivity = uint16(bytes, 4) / 10
    data.rawMoisture = uint16(bytes, 6)
    data.rawConductivity = uint16(bytes, 8)
  } else {
    data.soilMoisture_pct = uint16(bytes, 4) / 100
    data.soilTemperature_Cel = int16(bytes, 6) / 100
    data.soilConductivity_uSpcm = uint16(bytes, 8)
  }
  return { data: data }
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
