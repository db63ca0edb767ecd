// Milesight EM500-UDL, ultrasonic distance to a water surface.
// The payload is a sequence of items: channel, type, value (little-endian).

// Of the factory, and of all commands. Another can be set in the device: an uplink of any port is read.
const PORT = 85
const CLASSES = ['A', 'B', 'C', 'CtoB']

function uint16(bytes, at) {
  return bytes[at] | (bytes[at + 1] << 8)
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
  '20ce': {
    length: 6,
    read: (bytes, at, data) => {
      if (data.history === undefined) data.history = []
      data.history.push({ time: isoTime(uint32(bytes, at)), distance_m: uint16(bytes, at + 4) / 1000 })
    },
  },
  // An alarm with distance and change, in millimetres or in tenths of them: nobody says which, so neither is told.
  '83e9': { length: 5, read: (bytes, at, data, warnings) => warnings.push('distance alarm left out: the unit of item 83e9 is not known') },
}

// Types of the downlinks: length of the value, and the command that it is (null: only known from its echo).
const SETTINGS = {
  '03': { length: 2, command: (bytes, at) => ({ type: 'set-report-interval', interval_s: uint16(bytes, at) }) },
  '02': { length: 2, command: (bytes, at) => ({ type: 'set-collection-interval', interval_s: uint16(bytes, at) }) },
  '10': { length: 1, command: () => ({ type: 'reboot' }) },
  '28': { length: 1, command: () => ({ type: 'request-status' }) },
  '11': { length: 4, command: (bytes, at) => ({ type: 'set-clock', time: isoTime(uint32(bytes, at)) }) },
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

function low32(value) {
  return low16(value % 0x10000).concat(low16(Math.floor(value / 0x10000)))
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/

function unixTime(time) {
  const seconds = ISO_TIME.test(time) ? Math.floor(Date.parse(time) / 1000) : NaN
  if (!(seconds >= 0 && seconds <= 0xffffffff)) {
    throw new Error('time must be ISO 8601 with its zone, from ' + isoTime(0) + ' to ' + isoTime(0xffffffff) + ', not ' + time)
  }
  return seconds
}

function encodeCommand(command) {
  switch (command.type) {
    case 'set-report-interval':
      return [0xff, 0x03].concat(low16(integerWithin(command.interval_s, 'interval_s', 60, 64800)))
    case 'set-collection-interval':
      return [0xff, 0x02].concat(low16(integerWithin(command.interval_s, 'interval_s', 60, 64800)))
    case 'reboot':
      return [0xff, 0x10, 0xff]
    case 'request-status':
      return [0xff, 0x28, 0xff]
    case 'set-clock':
      return [0xff, 0x11].concat(low32(unixTime(command.time)))
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
