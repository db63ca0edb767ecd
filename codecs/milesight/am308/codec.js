// Milesight AM308, indoor air quality.
// The payload is a sequence of items: channel, type, value (little-endian).

// Of the factory, and of all commands. Another can be set in the device: an uplink of any port is read.
const PORT = 85
const CLASSES = ['A', 'B', 'C', 'CtoB']
// 0 is dark, 5 is bright
const BRIGHTEST = 5

function uint16(bytes, at) {
  return bytes[at] | (bytes[at + 1] << 8)
}

function int16(bytes, at) {
  return (uint16(bytes, at) << 16) >> 16
}

function uint32(bytes, at) {
  return uint16(bytes, at) + uint16(bytes, at + 2) * 0x10000
}

function hex(bytes, at, length) {
  let text = ''
  for (let i = at; i < at + length; i++) text += (bytes[i] < 16 ? '0' : '') + bytes[i].toString(16)
  return text
}

function isoTime(seconds) {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

function flag(value, key, data, warnings) {
  if (value > 1) warnings.push(key + ' is ' + value + ', neither 0 nor 1')
  else data[key] = value === 1
}

function lightLevel(value, data, warnings) {
  if (value > BRIGHTEST) warnings.push('lightLevel is ' + value + ', more than ' + BRIGHTEST)
  else data.lightLevel = value
}

// An index without unit, or a concentration: a setting of the device says which one it sends.
function tvocIndex(bytes, at, data) {
  data.tvoc_index = uint16(bytes, at) / 100
}

function tvocConcentration(bytes, at, data) {
  data.tvoc_ugpm3 = uint16(bytes, at)
}

// A stored sample; unlike the live one its humidity takes two bytes.
function stored(readTvoc) {
  return {
    length: 20,
    read: (bytes, at, data, warnings) => {
      const record = {
        time: isoTime(uint32(bytes, at)),
        temperature_Cel: int16(bytes, at + 4) / 10,
        humidity_pctRH: uint16(bytes, at + 6) / 2,
      }
      flag(bytes[at + 8], 'occupied', record, warnings)
      lightLevel(bytes[at + 9], record, warnings)
      record.co2_ppm = uint16(bytes, at + 10)
      readTvoc(bytes, at + 12, record)
      record.pressure_hPa = uint16(bytes, at + 14) / 10
      record.pm25_ugpm3 = uint16(bytes, at + 16)
      record.pm10_ugpm3 = uint16(bytes, at + 18)
      if (data.history === undefined) data.history = []
      data.history.push(record)
    },
  }
}

// 'channel type' in hexadecimal: length of the value, and what it says (null: known, says nothing to us)
const ITEMS = {
  ff0b: {
    length: 1,
    read: (bytes, at, data) => {
      data.poweredOn = true
    },
  },
  ff01: {
    length: 1,
    read: (bytes, at, data) => {
      data.protocolVersion = (bytes[at] >> 4) + '.' + (bytes[at] & 15)
    },
  },
  ff16: {
    length: 8,
    read: (bytes, at, data) => {
      data.serialNumber = hex(bytes, at, 8)
    },
  },
  ff09: {
    length: 2,
    read: (bytes, at, data) => {
      data.hardwareVersion = bytes[at] + '.' + (bytes[at + 1] >> 4)
    },
  },
  ff0a: {
    length: 2,
    read: (bytes, at, data) => {
      data.firmwareVersion = bytes[at].toString(16) + '.' + bytes[at + 1].toString(16)
    },
  },
  ff0f: {
    length: 1,
    read: (bytes, at, data, warnings) => {
      if (CLASSES[bytes[at]] === undefined) warnings.push('unknown LoRaWAN class ' + bytes[at])
      else data.lorawanClass = CLASSES[bytes[at]]
    },
  },
  fffe: { length: 1, read: null },
  ffff: { length: 2, read: null },
  '0175': {
    length: 1,
    read: (bytes, at, data) => {
      data.battery_pct = bytes[at]
    },
  },
  '0367': {
    length: 2,
    read: (bytes, at, data) => {
      data.temperature_Cel = int16(bytes, at) / 10
    },
  },
  '0468': {
    length: 1,
    read: (bytes, at, data) => {
      data.humidity_pctRH = bytes[at] / 2
    },
  },
  '0500': { length: 1, read: (bytes, at, data, warnings) => flag(bytes[at], 'occupied', data, warnings) },
  '06cb': { length: 1, read: (bytes, at, data, warnings) => lightLevel(bytes[at], data, warnings) },
  '077d': {
    length: 2,
    read: (bytes, at, data) => {
      data.co2_ppm = uint16(bytes, at)
    },
  },
  '087d': { length: 2, read: tvocIndex },
  '08e6': { length: 2, read: tvocConcentration },
  '0973': {
    length: 2,
    read: (bytes, at, data) => {
      data.pressure_hPa = uint16(bytes, at) / 10
    },
  },
  '0b7d': {
    length: 2,
    read: (bytes, at, data) => {
      data.pm25_ugpm3 = uint16(bytes, at)
    },
  },
  '0c7d': {
    length: 2,
    read: (bytes, at, data) => {
      data.pm10_ugpm3 = uint16(bytes, at)
    },
  },
  '0e01': { length: 1, read: (bytes, at, data, warnings) => flag(bytes[at], 'buzzer', data, warnings) },
  '20ce': stored(tvocIndex),
  '21ce': stored(tvocConcentration),
}

// Types of the downlinks: length of the value, and the command that it is (null: only known from its echo).
const SETTINGS = {
  '03': { length: 2, command: (bytes, at) => ({ type: 'set-report-interval', interval_s: uint16(bytes, at) }) },
  '10': { length: 1, command: () => ({ type: 'reboot' }) },
  '2c': { length: 1, command: () => ({ type: 'request-status' }) },
  '3e': { length: 1, command: buzzerCommand },
}

function buzzerCommand(bytes, at) {
  if (bytes[at] > 1) throw new Error('unknown buzzer state ' + bytes[at])
  return { type: 'set-buzzer', enabled: bytes[at] === 1 }
}

function itemAt(bytes, at) {
  const item = ITEMS[hex(bytes, at, 2)]
  if (item !== undefined) return item
  // An accepted setting comes back behind FE or FF, with the same value.
  const setting = SETTINGS[hex(bytes, at + 1, 1)]
  return bytes[at] >= 0xfe && setting !== undefined ? { length: setting.length, read: null } : undefined
}

function decodeUplink(input) {
  const bytes = input.bytes
  if (bytes.length === 0) return { errors: ['empty frame'] }
  const data = {}
  const warnings = []
  let at = 0
  while (at < bytes.length) {
    if (at + 2 > bytes.length) return { errors: ['frame ends within the head of an item'] }
    const item = itemAt(bytes, at)
    if (item === undefined) {
      // Without its length nothing behind an unknown item can be read.
      const unknown = 'unknown item ' + hex(bytes, at, 2) + ' at byte ' + at
      if (at === 0) return { errors: [unknown] }
      warnings.push(unknown + ': the rest of the frame is left out')
      break
    }
    if (at + 2 + item.length > bytes.length) return { errors: ['frame ends within item ' + hex(bytes, at, 2)] }
    if (item.read !== null) item.read(bytes, at + 2, data, warnings)
    at += 2 + item.length
  }
  return { data: data, warnings: warnings }
}

function integerWithin(value, key, min, max) {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(key + ' must be a whole number from ' + min + ' to ' + max + ', not ' + value)
  }
  return value
}

function low16(value) {
  return [value & 0xff, (value >> 8) & 0xff]
}

function encodeCommand(command) {
  switch (command.type) {
    case 'set-report-interval':
      return [0xff, 0x03].concat(low16(integerWithin(command.interval_s, 'interval_s', 1, 65535)))
    case 'reboot':
      return [0xff, 0x10, 0xff]
    case 'request-status':
      return [0xff, 0x2c, 0x00]
    case 'set-buzzer':
      if (typeof command.enabled !== 'boolean') throw new Error('enabled must be true or false, not ' + command.enabled)
      return [0xff, 0x3e, command.enabled ? 1 : 0]
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

function decodeCommand(bytes) {
  const setting = bytes.length < 2 || bytes[0] !== 0xff ? undefined : SETTINGS[hex(bytes, 1, 1)]
  if (setting === undefined || setting.command === null) throw new Error('unknown command ' + hex(bytes, 0, Math.min(2, bytes.length)))
  const needed = 2 + setting.length
  if (bytes.length !== needed) throw new Error('command of ' + bytes.length + ' bytes, ' + needed + ' are needed')
  return setting.command(bytes, 2)
}

function decodeDownlink(input) {
  if (input.fPort !== PORT) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + PORT] }
  try {
    return { data: decodeCommand(input.bytes) }
  } catch (error) {
    return { errors: [error.message] }
  }
}
