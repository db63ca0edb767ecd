// Milesight VS350, people counter. The payload is a sequence of items: channel, type, value (little-endian).

// Of the factory, and of all commands. Another can be set in the device: an uplink of any port is read.
const PORT = 85
const CLASSES = ['A', 'B', 'C', 'CtoB']
const TEMPERATURE_EVENTS = { 0: 'threshold-release', 1: 'threshold', 3: 'high', 4: 'high-release' }
const DIRECTIONS = ['in', 'out']
// Length of a history item by its type byte, the type byte included.
const HISTORY_LENGTHS = [9, 13]

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

function readTotals(bytes, at, data) {
  data.totalIn = uint16(bytes, at)
  data.totalOut = uint16(bytes, at + 2)
}

function readPeriod(bytes, at, data) {
  data.periodIn = uint16(bytes, at)
  data.periodOut = uint16(bytes, at + 2)
}

function readHistory(bytes, at, data) {
  const record = { time: isoTime(uint32(bytes, at)) }
  readPeriod(bytes, at + 5, record)
  if (bytes[at + 4] === 1) readTotals(bytes, at + 9, record)
  if (data.history === undefined) data.history = []
  data.history.push(record)
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
  '04cc': { length: 4, read: readTotals },
  '05cc': { length: 4, read: readPeriod },
  '0aef': {
    length: 4,
    read: (bytes, at, data) => {
      data.time = isoTime(uint32(bytes, at))
    },
  },
  '8367': {
    length: 3,
    read: (bytes, at, data, warnings) => {
      data.temperature_Cel = int16(bytes, at) / 10
      const event = TEMPERATURE_EVENTS[bytes[at + 2]]
      if (event === undefined) warnings.push('unknown temperature event ' + bytes[at + 2])
      else data.temperatureEvent = event
    },
  },
  '84cc': {
    length: 5,
    read: (bytes, at, data, warnings) => {
      readTotals(bytes, at, data)
      flag(bytes[at + 4], 'totalCountAlarm', data, warnings)
    },
  },
  '85cc': {
    length: 5,
    read: (bytes, at, data, warnings) => {
      readPeriod(bytes, at, data)
      flag(bytes[at + 4], 'periodCountAlarm', data, warnings)
    },
  },
}

// Types of the downlinks; the device echoes an accepted one behind FE or FF, with the same value.
const SETTINGS = { '8e': 3, '10': 1, '28': 1, a8: 1, '4a': 1 }

// A history item is as long as its type byte says; of an unknown type it cannot be skipped.
function historyAt(bytes, at) {
  if (at + 7 > bytes.length) return { length: HISTORY_LENGTHS[0], read: readHistory }
  const length = HISTORY_LENGTHS[bytes[at + 6]]
  return length === undefined ? undefined : { length: length, read: readHistory }
}

function itemAt(bytes, at) {
  if (bytes[at] === 0x20 && bytes[at + 1] === 0xce) return historyAt(bytes, at)
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

// The device counts its interval in minutes.
function minutesOf(seconds) {
  if (!Number.isInteger(seconds) || seconds % 60 !== 0 || seconds < 60 || seconds > 86400) {
    throw new Error('interval_s must be whole minutes, a multiple of 60 from 60 to 86400, not ' + seconds)
  }
  return seconds / 60
}

function encodeCommand(command) {
  switch (command.type) {
    case 'set-report-interval': {
      const minutes = minutesOf(command.interval_s)
      return [0xff, 0x8e, 0x00, minutes & 0xff, minutes >> 8]
    }
    case 'reset-total': {
      const direction = DIRECTIONS.indexOf(command.direction)
      if (direction < 0) throw new Error('direction must be one of ' + DIRECTIONS.join(', ') + ', not ' + command.direction)
      return [0xff, 0xa8, 1 + direction]
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
  const length = bytes.length < 2 || bytes[0] !== 0xff ? undefined : SETTINGS[hex(bytes, 1, 1)]
  if (length === undefined) throw new Error('unknown command ' + hex(bytes, 0, Math.min(2, bytes.length)))
  if (bytes.length !== 2 + length) throw new Error('command of ' + bytes.length + ' bytes, ' + (2 + length) + ' are needed')
  switch (bytes[1]) {
    case 0x8e:
      return { type: 'set-report-interval', interval_s: uint16(bytes, 3) * 60 }
    case 0xa8: {
      const direction = DIRECTIONS[bytes[2] - 1]
      if (direction === undefined) throw new Error('unknown direction ' + bytes[2])
      return { type: 'reset-total', direction: direction }
    }
    case 0x10:
      return { type: 'reboot' }
    case 0x28:
      return { type: 'request-status' }
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
