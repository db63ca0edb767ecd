// Milesight WTS506, weather station. The payload is a sequence of items: channel, type, value (little-endian).

// Of the factory, and of all commands. Another can be set in the device: an uplink of any port is read.
const PORT = 85
const CLASSES = ['A', 'B', 'C', 'CtoB']

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

function readTemperature(bytes, at, data) {
  data.temperature_Cel = int16(bytes, at) / 10
}

function readHumidity(bytes, at, data) {
  data.humidity_pctRH = bytes[at] / 2
}

function readDirection(bytes, at, data) {
  data.windDirection_deg = int16(bytes, at) / 10
}

function readPressure(bytes, at, data) {
  data.pressure_hPa = uint16(bytes, at) / 10
}

function readSpeed(bytes, at, data) {
  data.windSpeed_mps = uint16(bytes, at) / 10
}

function readLongRain(bytes, at, data) {
  data.rainTotal_mm = uint32(bytes, at) / 100
}

function readHistory(bytes, at, data) {
  const record = { time: isoTime(uint32(bytes, at)) }
  readTemperature(bytes, at + 4, record)
  readHumidity(bytes, at + 6, record)
  readPressure(bytes, at + 7, record)
  readDirection(bytes, at + 9, record)
  readSpeed(bytes, at + 11, record)
  if (data.history === undefined) data.history = []
  data.history.push(record)
  return record
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
  '0367': { length: 2, read: readTemperature },
  '0468': { length: 1, read: readHumidity },
  '0584': { length: 2, read: readDirection },
  '0673': { length: 2, read: readPressure },
  '0792': { length: 2, read: readSpeed },
  '0877': {
    length: 3,
    read: (bytes, at, data) => {
      data.rainTotal_mm = uint16(bytes, at) / 100
      data.rainCounter = bytes[at + 2]
    },
  },
  '08ec': {
    length: 5,
    read: (bytes, at, data) => {
      readLongRain(bytes, at, data)
      data.rainCounter = bytes[at + 4]
    },
  },
  '8367': {
    length: 3,
    read: (bytes, at, data, warnings) => {
      readTemperature(bytes, at, data)
      flag(bytes[at + 2], 'temperatureAlarm', data, warnings)
    },
  },
  '8673': {
    length: 3,
    read: (bytes, at, data, warnings) => {
      readPressure(bytes, at, data)
      flag(bytes[at + 2], 'pressureAlarm', data, warnings)
    },
  },
  '8792': {
    length: 3,
    read: (bytes, at, data, warnings) => {
      readSpeed(bytes, at, data)
      flag(bytes[at + 2], 'windAlarm', data, warnings)
    },
  },
  '88ec': {
    length: 6,
    read: (bytes, at, data, warnings) => {
      readLongRain(bytes, at, data)
      data.rainCounter = bytes[at + 4]
      flag(bytes[at + 5], 'rainAlarm', data, warnings)
    },
  },
  '20ce': {
    length: 15,
    read: (bytes, at, data) => {
      const record = readHistory(bytes, at, data)
      record.rainTotal_mm = uint16(bytes, at + 13) / 100
    },
  },
  '21ce': {
    length: 17,
    read: (bytes, at, data) => {
      readLongRain(bytes, at + 13, readHistory(bytes, at, data))
    },
  },
}

// Types of the downlinks; the device echoes an accepted one behind FE or FF, with the same value.
const SETTINGS = { '03': 2, '10': 1, '11': 4, '17': 2 }

function itemAt(bytes, at) {
  const item = ITEMS[hex(bytes, at, 2)]
  if (item !== undefined) return item
  const length = SETTINGS[hex(bytes, at + 1, 1)]
  return bytes[at] >= 0xfe && length !== undefined ? { length: length, read: null } : undefined
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

function low(value) {
  return value & 0xff
}

// Whole seconds of an ISO 8601 time in UTC; the device holds them in 32 bits.
function secondsOf(time) {
  const parsed = typeof time === 'string' && time.endsWith('Z') ? Date.parse(time) : NaN
  const seconds = Math.floor(parsed / 1000)
  if (!(seconds >= 946684800 && seconds <= 0xffffffff)) {
    throw new Error('time must be a UTC time from 2000-01-01T00:00:00Z to 2106-02-07T06:28:15Z, not ' + time)
  }
  return seconds
}

function encodeCommand(command) {
  switch (command.type) {
    case 'set-report-interval': {
      const interval = integerWithin(command.interval_s, 'interval_s', 60, 64800)
      return [0xff, 0x03, low(interval), interval >> 8]
    }
    case 'set-clock': {
      const seconds = secondsOf(command.time)
      return [0xff, 0x11, low(seconds), low(seconds >>> 8), low(seconds >>> 16), seconds >>> 24]
    }
    case 'reboot':
      return [0xff, 0x10, 0xff]
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
  const length = bytes.length < 2 || bytes[0] !== 0xff ? undefined : SETTINGS[hex(bytes, 1, 1)]
  if (length === undefined) throw new Error('unknown command ' + hex(bytes, 0, Math.min(2, bytes.length)))
  if (bytes.length !== 2 + length) throw new Error('command of ' + bytes.length + ' bytes, ' + (2 + length) + ' are needed')
  switch (bytes[1]) {
    case 0x03:
      return { type: 'set-report-interval', interval_s: uint16(bytes, 2) }
    case 0x11:
      return { type: 'set-clock', time: isoTime(uint32(bytes, 2)) }
    case 0x10:
      return { type: 'reboot' }
    default:
      throw new Error('unknown command ' + hex(bytes, 0, 2))
  }
}

function decodeDownlink(input) {
  if (input.fPort !== PORT) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + PORT] }
  try {
    return { data: decodeCommand(input.bytes) }
  } catch (error) {
    return { errors: [error.message] }
  }
}
