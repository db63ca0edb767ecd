// Milesight WS201, fill level of a small container.
// The payload is a sequence of items: channel, type, value (little-endian).

// Of the factory, and of all commands. Another can be set in the device: an uplink of any port is read.
const PORT = 85
const CLASSES = ['A', 'B', 'C', 'CtoB']

function uint16(bytes, at) {
  return bytes[at] | (bytes[at + 1] << 8)
}

function hex(bytes, at, length) {
  let text = ''
  for (let i = at; i < at + length; i++) text += (bytes[i] < 16 ? '0' : '') + bytes[i].toString(16)
  return text
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
  '0382': {
    length: 2,
    read: (bytes, at, data) => {
      data.distance_m = uint16(bytes, at) / 1000
    },
  },
  '04d6': {
    length: 1,
    read: (bytes, at, data) => {
      data.fill_pct = bytes[at]
    },
  },
}

// Types of the downlinks, and what the echo of an accepted one (behind FE or FF, with the same value) says.
const SETTINGS = {
  '03': {
    length: 2,
    read: (bytes, at, data) => {
      data.reportInterval_s = uint16(bytes, at)
    },
  },
  '02': { length: 2, read: null },
  '10': { length: 1, read: null },
  '28': { length: 1, read: null },
  '76': {
    length: 2,
    read: (bytes, at, data) => {
      data.depth_m = uint16(bytes, at) / 1000
    },
  },
}

function itemAt(bytes, at) {
  const item = ITEMS[hex(bytes, at, 2)]
  if (item !== undefined) return item
  return bytes[at] >= 0xfe ? SETTINGS[hex(bytes, at + 1, 1)] : undefined
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
      const interval = integerWithin(command.interval_s, 'interval_s', 1, 65535)
      return [0xff, command.type === 'set-report-interval' ? 0x03 : 0x02, low(interval), interval >> 8]
    }
    case 'reboot':
      return [0xff, 0x10, 0xff]
    case 'request-status':
      return [0xff, 0x28, 0xff]
    case 'set-depth': {
      const depth = command.depth_m
      if (typeof depth !== 'number' || !(depth >= 0.001 && depth <= 65.535)) {
        throw new Error('depth_m must be from 0.001 to 65.535, not ' + depth)
      }
      const millimetres = Math.round(depth * 1000)
      return [0xff, 0x76, low(millimetres), millimetres >> 8]
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
  const setting = bytes.length < 2 || bytes[0] !== 0xff ? undefined : SETTINGS[hex(bytes, 1, 1)]
  if (setting === undefined) throw new Error('unknown command ' + hex(bytes, 0, Math.min(2, bytes.length)))
  if (bytes.length !== 2 + setting.length) throw new Error('command of ' + bytes.length + ' bytes, ' + (2 + setting.length) + ' are needed')
  switch (bytes[1]) {
    case 0x03:
      return { type: 'set-report-interval', interval_s: uint16(bytes, 2) }
    case 0x02:
      return { type: 'set-collection-interval', interval_s: uint16(bytes, 2) }
    case 0x76:
      return { type: 'set-depth', depth_m: uint16(bytes, 2) / 1000 }
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
