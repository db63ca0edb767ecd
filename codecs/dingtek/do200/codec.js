// Dingtek DO200, parking sensor (magnetic and ultrasonic). Big-endian frames between 80 and 81; commands are ASCII.

const PORT = 3
const START = 0x80
const END = 0x81
const DEVICE = 2
const PASSWORD = '80028888'

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

function int16(bytes, at) {
  return (uint16(bytes, at) << 16) >> 16
}

function flag(value, key, data, warnings) {
  if (value > 1) warnings.push(key + ' is ' + value + ', neither 0 nor 1')
  else data[key] = value === 1
}

function frameFault(input) {
  const bytes = input.bytes
  if (input.fPort !== PORT) return 'fPort ' + input.fPort + ' is unknown, expected ' + PORT
  if (bytes.length < 6) return 'frame of ' + bytes.length + ' bytes, at least 6 are needed'
  if (bytes[0] !== START || bytes[bytes.length - 1] !== END) return 'frame is not held between 80 and 81'
  if (bytes[4] !== bytes.length) return 'frame of ' + bytes.length + ' bytes, ' + bytes[4] + ' announced'
  const device = uint16(bytes, 1)
  return device === DEVICE ? null : 'device type ' + device + ' is unknown, expected ' + DEVICE
}

function decodeData(bytes) {
  const data = {
    levelRaw: uint16(bytes, 5),
    battery_V: uint16(bytes, 9) / 100,
    magnetX: int16(bytes, 11),
    magnetY: int16(bytes, 13),
    magnetZ: int16(bytes, 15),
    frameCounter: uint16(bytes, 17),
  }
  const warnings = []
  flag(bytes[7] >> 4, 'occupied', data, warnings)
  flag(bytes[7] & 15, 'levelAlarm', data, warnings)
  flag(bytes[8] >> 4, 'magnetAlarm', data, warnings)
  flag(bytes[8] & 15, 'lowBattery', data, warnings)
  return { data: data, warnings: warnings }
}

function decodeParameters(bytes) {
  return {
    data: {
      firmwareVersion: bytes[5] + '.' + bytes[6],
      reportInterval_s: bytes[7] * 3600,
      ultrasonicInterval_s: bytes[8] * 60,
      magnetInterval_s: bytes[9],
      magnetThreshold_mG: uint16(bytes, 12),
    },
  }
}

function decodeUplink(input) {
  const bytes = input.bytes
  const fault = frameFault(input)
  if (fault !== null) return { errors: [fault] }
  const type = bytes[3]
  if (type === 3 && bytes.length === 17) return decodeParameters(bytes)
  if ((type === 1 || type === 2) && bytes.length === 21) return decodeData(bytes)
  return { errors: ['unknown frame type ' + type + ' of ' + bytes.length + ' bytes'] }
}

// A command is text: 8002, a password, key and value as two hexadecimal digits each, 81.
function ascii(text) {
  return Array.from(text, (character) => character.charCodeAt(0))
}

function hex(byte) {
  return (byte < 16 ? '0' : '') + byte.toString(16).toUpperCase()
}

// unit: what one step of the device is in the unit of the parameter
const SETTINGS = {
  'set-report-interval': { key: 0x01, parameter: 'interval_s', unit: 3600, min: 1, max: 168 },
  'set-magnet-threshold': { key: 0x02, parameter: 'threshold_mG', unit: 1, min: 1, max: 255 },
  // how often the ultrasonic side measures
  'set-collection-interval': { key: 0x03, parameter: 'interval_s', unit: 60, min: 1, max: 60 },
  'set-magnet-interval': { key: 0x04, parameter: 'interval_s', unit: 1, min: 1, max: 60 },
  'set-battery-threshold': { key: 0x05, parameter: 'battery_pct', unit: 1, min: 5, max: 99 },
}

// A number of the command in the units that the device counts in.
function units(command, setting) {
  const value = command[setting.parameter]
  const count = typeof value === 'number' ? Math.round(value / setting.unit) : NaN
  const whole = Math.abs(value - count * setting.unit) < 1e-9
  if (!whole || count < setting.min || count > setting.max) {
    const range = 'from ' + setting.min * setting.unit + ' to ' + setting.max * setting.unit
    const step = setting.unit === 1 ? 'a whole number ' : 'a multiple of ' + setting.unit + ' '
    throw new Error(setting.parameter + ' must be ' + step + range + ', not ' + value)
  }
  return count
}

// [key, value]
function encodeCommand(command) {
  const setting = Object.keys(SETTINGS).includes(command.type) ? SETTINGS[command.type] : undefined
  if (setting === undefined) throw new Error('unknown command ' + command.type)
  return [setting.key, units(command, setting)]
}

function encodeDownlink(input) {
  try {
    const pair = encodeCommand(input.data)
    return { fPort: PORT, bytes: ascii(PASSWORD + hex(pair[0]) + hex(pair[1]) + '81') }
  } catch (error) {
    return { errors: [error.message] }
  }
}

function decodeSetting(key, value) {
  const type = Object.keys(SETTINGS).find((name) => SETTINGS[name].key === key)
  if (type === undefined) throw new Error('unknown command ' + hex(key) + ' with ' + hex(value))
  const setting = SETTINGS[type]
  if (value < setting.min || value > setting.max) {
    throw new Error('value ' + value + ' of command ' + hex(key) + ' must be from ' + setting.min + ' to ' + setting.max)
  }
  const command = { type: type }
  command[setting.parameter] = value * setting.unit
  return command
}

function decodeDownlink(input) {
  if (input.fPort !== PORT) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + PORT] }
  const text = Array.from(input.bytes, (byte) => String.fromCharCode(byte)).join('')
  const pair = /^([0-9A-F]{2})([0-9A-F]{2})81$/.exec(text.slice(PASSWORD.length))
  if (!text.startsWith(PASSWORD) || pair === null) {
    return { errors: ['not a command: ' + PASSWORD + ', four upper-case hexadecimal digits and 81 are needed'] }
  }
  try {
    return { data: decodeSetting(parseInt(pair[1], 16), parseInt(pair[2], 16)) }
  } catch (error) {
    return { errors: [error.message] }
  }
}
