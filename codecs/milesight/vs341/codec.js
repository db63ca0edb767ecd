// Milesight VS341, desk and seat occupancy.
// The payload is a sequence of items: channel, type, value (little-endian).

// Of the factory, and of all commands. Another can be set in the device: an uplink of any port is read.
const PORT = 85
const CLASSES = ['A', 'B', 'C', 'CtoB']
const LONGEST_INTERVAL = 1440 * 60

function uint16(bytes, at) {
  return bytes[at] | (bytes[at + 1] << 8)
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

// One byte without meaning, then minutes.
function reportInterval(bytes, at) {
  return uint16(bytes, at + 1) * 60
}

const INTERVAL_ECHO = {
  length: 3,
  read: (bytes, at, data) => {
    data.reportInterval_s = reportInterval(bytes, at)
  },
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
  ff8e: INTERVAL_ECHO,
  fe8e: INTERVAL_ECHO,
  '0175': {
    length: 1,
    read: (bytes, at, data) => {
      data.battery_pct = bytes[at]
    },
  },
  '0300': { length: 1, read: (bytes, at, data, warnings) => flag(bytes[at], 'occupied', data, warnings) },
}

// Types of the downlinks: length of the value, and the command that it is.
const SETTINGS = {
  '8e': { length: 3, command: (bytes, at) => ({ type: 'set-report-interval', interval_s: reportInterval(bytes, at) }) },
  '10': { length: 1, command: () => ({ type: 'reboot' }) },
  '28': { length: 1, command: () => ({ type: 'request-status' }) },
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

function wholeMinutes(seconds) {
  if (!Number.isInteger(seconds / 60) || seconds < 60 || seconds > LONGEST_INTERVAL) {
    throw new Error('interval_s must be a multiple of 60 from 60 to ' + LONGEST_INTERVAL + ', not ' + seconds)
  }
  return seconds / 60
}

function encodeCommand(command) {
  switch (command.type) {
    case 'set-report-interval': {
      const minutes = wholeMinutes(command.interval_s)
      return [0xff, 0x8e, 0x00, minutes & 0xff, minutes >> 8]
    }
    case 'reboot':
      return [0xff, 0x10, 0xff]
    case 'request-status':
      return [0xff, 0x28, 0xff]
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
