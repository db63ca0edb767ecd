// Dingtek DF702, ultrasonic bin level sensor. Big-endian frames between 80 and 81, but little-endian coordinates; commands are ASCII.

const PORT = 3
const START = 0x80
const END = 0x81
const DEVICE = 1
const PASSWORD = '80029999'

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

function float32LittleEndian(bytes, at) {
  const bits = bytes[at] + bytes[at + 1] * 0x100 + bytes[at + 2] * 0x10000 + (bytes[at + 3] & 0x7f) * 0x1000000
  const sign = bytes[at + 3] & 0x80 ? -1 : 1
  const exponent = Math.floor(bits / 0x800000)
  const fraction = (bits % 0x800000) / 0x800000
  if (exponent === 0xff) return NaN
  return exponent === 0 ? sign * fraction * Math.pow(2, -126) : sign * (1 + fraction) * Math.pow(2, exponent - 127)
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

function decodePosition(bytes, at, data, warnings) {
  const longitude = float32LittleEndian(bytes, at)
  const latitude = float32LittleEndian(bytes, at + 4)
  const none = longitude === 0 && latitude === 0
  if (none || !(Math.abs(longitude) <= 180) || !(Math.abs(latitude) <= 90)) {
    warnings.push('no position on Earth: it is left out')
    return
  }
  data.longitude_deg = longitude
  data.latitude_deg = latitude
}

// Temperature, tilt angle, alarms: they stand behind the position where there is one.
function decodeState(bytes, at, data, warnings) {
  // How a temperature below zero is written is not documented: it would have this bit in any form.
  if (bytes[at] & 0x80) warnings.push('temperature ' + bytes[at] + ' may be negative: it is left out')
  else data.temperature_Cel = bytes[at]
  flag(bytes[at + 3] >> 4, 'full', data, warnings)
  flag(bytes[at + 3] & 15, 'fire', data, warnings)
  flag(bytes[at + 4] >> 4, 'tilted', data, warnings)
  flag(bytes[at + 4] & 15, 'lowBattery', data, warnings)
}

function decodeData(bytes) {
  const located = bytes.length === 25
  if (bytes[7] !== (located ? 1 : 0)) return { errors: ['GNSS flag ' + bytes[7] + ' in a frame of ' + bytes.length + ' bytes'] }
  const data = { distance_m: uint16(bytes, 5) / 1000 }
  const warnings = []
  if (located) decodePosition(bytes, 8, data, warnings)
  decodeState(bytes, located ? 16 : 8, data, warnings)
  return { data: data, warnings: warnings }
}

function decodeParameters(bytes) {
  const data = {
    reportInterval_s: bytes[7] * 3600,
    measureInterval_s: bytes[8] * 60,
    fullThreshold_m: bytes[9] / 100,
    fireThreshold_Cel: bytes[10],
    tiltThreshold_deg: bytes[11],
    range_m: bytes[13] === 0 ? 2 : 5,
  }
  const warnings = []
  flag(bytes[12], 'tiltEnabled', data, warnings)
  return { data: data, warnings: warnings }
}

function decodeUplink(input) {
  const bytes = input.bytes
  const fault = frameFault(input)
  if (fault !== null) return { errors: [fault] }
  const type = bytes[3]
  if (type === 3 && bytes.length === 25) return decodeParameters(bytes)
  if ((type === 1 || type === 2) && (bytes.length === 17 || bytes.length === 25)) return decodeData(bytes)
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
  'set-collection-interval': { key: 0x08, parameter: 'interval_s', unit: 60, min: 1, max: 60 },
  'set-full-threshold': { key: 0x02, parameter: 'distance_m', unit: 0.01, min: 15, max: 255 },
  'set-fire-threshold': { key: 0x03, parameter: 'temperature_Cel', unit: 1, min: 0, max: 255 },
  'set-tilt-threshold': { key: 0x04, parameter: 'angle_deg', unit: 1, min: 15, max: 90 },
}
const SWITCHES = 0x09
const TILT_ON = 0x0a
const TILT_OFF = 0x09

// A number of the command in the units that the device counts in.
function units(command, setting) {
  const value = command[setting.parameter]
  const count = typeof value === 'number' ? Math.round(value / setting.unit) : NaN
  const whole = Math.abs(value - count * setting.unit) < 1e-9
  if (!whole || count < setting.min || count > setting.max) {
    const range = 'from ' + inUnits(setting.min, setting) + ' to ' + inUnits(setting.max, setting)
    const step = setting.unit === 1 ? 'a whole number ' : 'a multiple of ' + setting.unit + ' '
    throw new Error(setting.parameter + ' must be ' + step + range + ', not ' + value)
  }
  return count
}

// Hundredths are divided, not multiplied: 35 * 0.01 is not 0.35.
function inUnits(count, setting) {
  return setting.unit < 1 ? count / Math.round(1 / setting.unit) : count * setting.unit
}

// [key, value]
function encodeCommand(command) {
  if (command.type === 'set-tilt-detection') {
    if (typeof command.enabled !== 'boolean') throw new Error('enabled must be true or false, not ' + command.enabled)
    return [SWITCHES, command.enabled ? TILT_ON : TILT_OFF]
  }
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
  if (key === SWITCHES && (value === TILT_ON || value === TILT_OFF)) {
    return { type: 'set-tilt-detection', enabled: value === TILT_ON }
  }
  const type = Object.keys(SETTINGS).find((name) => SETTINGS[name].key === key)
  if (type === undefined) throw new Error('unknown command ' + hex(key) + ' with ' + hex(value))
  const setting = SETTINGS[type]
  if (value < setting.min || value > setting.max) {
    throw new Error('value ' + value + ' of command ' + hex(key) + ' must be from ' + setting.min + ' to ' + setting.max)
  }
  const command = { type: type }
  command[setting.parameter] = inUnits(value, setting)
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
