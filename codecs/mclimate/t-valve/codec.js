// MClimate T-Valve, water shut-off valve with a flood probe. Its two frames are told apart by their length alone.

const PORT = 2
const SHORT = 2
const LONG = 5
const REASONS = ['keepalive', 'test-button', 'flood', 'control-button', 'fraud']

function decodeShort(bytes) {
  return {
    data: {
      reason: 'keepalive',
      waterTemperature_Cel: bytes[0] / 2,
      valveOpen: (bytes[1] & 0x80) !== 0,
      ambientTemperature_Cel: ((bytes[1] & 0x7f) - 20) / 2,
    },
    warnings: [],
  }
}

function decodeLong(bytes) {
  const warnings = []
  const data = {
    boxTamper: (bytes[0] & 0x08) !== 0,
    floodWire: (bytes[0] & 0x04) !== 0,
    flood: (bytes[0] & 0x02) !== 0,
    magnet: (bytes[0] & 0x01) !== 0,
    alarmValidated: (bytes[1] & 0x80) !== 0,
    manualOpen: (bytes[1] & 0x40) !== 0,
    manualClose: (bytes[1] & 0x20) !== 0,
    closeTime_min: bytes[2],
    openTime_min: bytes[3],
    battery_V: (bytes[4] * 8 + 1600) / 1000,
  }
  const reason = REASONS[bytes[0] >> 5]
  if (reason === undefined) warnings.push('unknown reason ' + (bytes[0] >> 5))
  else data.reason = reason
  return { data: data, warnings: warnings }
}

function decodeUplink(input) {
  const bytes = input.bytes
  if (input.fPort !== PORT) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + PORT] }
  if (bytes.length === SHORT) return decodeShort(bytes)
  if (bytes.length === LONG) return decodeLong(bytes)
  return { errors: ['frame of ' + bytes.length + ' bytes, ' + SHORT + ' or ' + LONG + ' are needed'] }
}

function minutes(value, key, min, max) {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(key + ' must be a whole number from ' + min + ' to ' + max + ', not ' + value)
  }
  return value
}

// The valve opens and closes in turn for ever; a time of 0 keeps it in the other state.
function cycleBytes(command) {
  if (command.long !== undefined && typeof command.long !== 'boolean') throw new Error('long must be true or false, not ' + command.long)
  if (command.long === true) {
    const open = minutes(command.open_min, 'open_min', 1, 65535)
    const closed = minutes(command.closed_min, 'closed_min', 1, 65535)
    return [0x0d, open >> 8, open & 0xff, closed >> 8, closed & 0xff]
  }
  const open = minutes(command.open_min, 'open_min', 0, 255)
  const closed = minutes(command.closed_min, 'closed_min', 0, 255)
  if (open === 0 && closed === 0) throw new Error('open_min or closed_min must be from 1 to 255: both are 0')
  return [0x01, open, closed]
}

function encodeDownlink(input) {
  const command = input.data
  try {
    if (command.type !== 'set-valve-cycle') throw new Error('unknown command ' + command.type)
    return { fPort: PORT, bytes: cycleBytes(command) }
  } catch (error) {
    return { errors: [error.message] }
  }
}

function decodeDownlink(input) {
  const bytes = input.bytes
  if (input.fPort !== PORT) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + PORT] }
  if (bytes[0] === 0x01 && bytes.length === 3) {
    return { data: { type: 'set-valve-cycle', open_min: bytes[1], closed_min: bytes[2], long: false } }
  }
  if (bytes[0] === 0x0d && bytes.length === 5) {
    const open = bytes[1] * 0x100 + bytes[2]
    return { data: { type: 'set-valve-cycle', open_min: open, closed_min: bytes[3] * 0x100 + bytes[4], long: true } }
  }
  return { errors: ['unknown command of ' + bytes.length + ' bytes'] }
}
