// Milesight CT101, clip-on current transformer.
// The payload is a sequence of items: channel, type, value (little-endian).

// Of the factory, and of all commands. Another can be set in the device: an uplink of any port is read.
const PORT = 85
const CLASSES = ['A', 'B', 'C', 'CtoB']
const READ_FAILED = 0xffff
const TEMPERATURE_OUT_OF_RANGE = 0xfffd

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

function readCurrent(bytes, at, data) {
  const raw = uint16(bytes, at)
  if (raw === READ_FAILED) data.currentStatus = 'read-failed'
  else data.current_A = raw / 100
}

// The sentinels are -0.1 and -0.3 degC as well: those two temperatures cannot be told from them.
function readTemperature(bytes, at, data) {
  const raw = uint16(bytes, at)
  if (raw === READ_FAILED) data.temperatureStatus = 'read-failed'
  else if (raw === TEMPERATURE_OUT_OF_RANGE) data.temperatureStatus = 'out-of-range'
  else data.temperature_Cel = int16(bytes, at) / 10
}

function readExtreme(bytes, at, key, data) {
  const raw = uint16(bytes, at)
  if (raw !== READ_FAILED) data[key] = raw / 100
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
  '0397': {
    length: 4,
    read: (bytes, at, data) => {
      data.charge_Ah = uint32(bytes, at) / 100
    },
  },
  '0498': { length: 2, read: readCurrent },
  '0967': { length: 2, read: readTemperature },
  '8498': {
    length: 7,
    read: (bytes, at, data, warnings) => {
      const alarms = bytes[at + 6]
      readExtreme(bytes, at, 'currentMax_A', data)
      readExtreme(bytes, at + 2, 'currentMin_A', data)
      readCurrent(bytes, at + 4, data)
      data.currentThresholdAlarm = (alarms & 0x01) !== 0
      data.currentThresholdRelease = (alarms & 0x02) !== 0
      data.currentOverRange = (alarms & 0x04) !== 0
      data.currentOverRangeRelease = (alarms & 0x08) !== 0
      if (alarms > 15) warnings.push('unknown alarm bits in ' + alarms)
    },
  },
  '8967': {
    length: 3,
    read: (bytes, at, data, warnings) => {
      readTemperature(bytes, at, data)
      if (bytes[at + 2] > 1) warnings.push('temperatureAlarm is ' + bytes[at + 2] + ', neither 0 nor 1')
      else data.temperatureAlarm = bytes[at + 2] === 1
    },
  },
}

// Types of the downlinks; the device echoes an accepted one behind FE or FF, with the same value.
const SETTINGS = { '8e': 3, '10': 1, '28': 1, '27': 1 }

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
    case 'reboot':
      return [0xff, 0x10, 0xff]
    case 'request-status':
      return [0xff, 0x28, 0xff]
    case 'reset-charge':
      return [0xff, 0x27, 0x01]
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
    case 0x27:
      return { type: 'reset-charge' }
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
