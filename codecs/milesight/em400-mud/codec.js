// Milesight EM400-MUD, ultrasonic distance sensor. The payload is a sequence of items: channel, type, value (little-endian).

// Of the factory, and of all commands. Another can be set in the device: an uplink of any port is read.
const PORT = 85
const CLASSES = ['A', 'B', 'C', 'CtoB']
const MODES = ['standard', 'bin', 'parking']

function uint16(bytes, at) {
  return bytes[at] | (bytes[at + 1] << 8)
}

function int16(bytes, at) {
  return (uint16(bytes, at) << 16) >> 16
}

function hex(bytes, at, length) {
  let text = ''
  for (let i = at; i < at + length; i++) text += (bytes[i] < 16 ? '0' : '') + bytes[i].toString(16)
  return text
}

function flag(value, key, data, warnings) {
  if (value > 1) warnings.push(key + ' is ' + value + ', neither 0 nor 1')
  else data[key] = value === 1
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
  '0482': {
    length: 2,
    read: (bytes, at, data) => {
      data.distance_m = uint16(bytes, at) / 1000
    },
  },
  '0500': { length: 1, read: (bytes, at, data, warnings) => flag(bytes[at], 'tilted', data, warnings) },
  '8367': {
    length: 3,
    read: (bytes, at, data, warnings) => {
      data.temperature_Cel = int16(bytes, at) / 10
      flag(bytes[at + 2], 'temperatureAlarm', data, warnings)
    },
  },
  '8482': {
    length: 3,
    read: (bytes, at, data, warnings) => {
      data.distance_m = uint16(bytes, at) / 1000
      flag(bytes[at + 2], 'distanceAlarm', data, warnings)
    },
  },
}

// Types of the downlinks; the device echoes an accepted one behind FE or FF, with the same value.
const SETTINGS = { '03': 2, '02': 2, '10': 1, '28': 1, '77': 2, '71': 1 }

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

function encodeCommand(command) {
  switch (command.type) {
    case 'set-report-interval':
    case 'set-collection-interval': {
      const interval = integerWithin(command.interval_s, 'interval_s', 60, 64800)
      return [0xff, command.type === 'set-report-interval' ? 0x03 : 0x02, low(interval), interval >> 8]
    }
    case 'reboot':
      return [0xff, 0x10, 0xff]
    case 'request-status':
      return [0xff, 0x28, 0xff]
    case 'set-install-height': {
      const height = command.height_m
      if (typeof height !== 'number' || !(height >= 0.03 && height <= 4.5)) {
        throw new Error('height_m must be from 0.03 to 4.5, not ' + height)
      }
      const millimetres = Math.round(height * 1000)
      return [0xff, 0x77, low(millimetres), millimetres >> 8]
    }
    case 'set-mode': {
      const mode = MODES.indexOf(command.mode)
      if (mode < 0) throw new Error('mode must be one of ' + MODES.join(', ') + ', not ' + command.mode)
      return [0xff, 0x71, mode]
    }
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
    case 0x02:
      return { type: 'set-collection-interval', interval_s: uint16(bytes, 2) }
    case 0x77:
      return { type: 'set-install-height', height_m: uint16(bytes, 2) / 1000 }
    case 0x71:
      if (MODES[bytes[2]] === undefined) throw new Error('unknown mode ' + bytes[2])
      return { type: 'set-mode', mode: MODES[bytes[2]] }
    default:
      return { type: bytes[1] === 0x10 ? 'reboot' : 'request-status' }
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
