// STREGA Motorized Valve and Smart Valve, payload V3 and V4: ASCII digits, a status byte, then optional parts.

const PORT = 4
const HEAD = 5
const AT_SIGN = 0x40

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

function hex(bytes, at, length) {
  let text = ''
  for (let i = at; i < at + length; i++) text += (bytes[i] < 16 ? '0' : '') + bytes[i].toString(16)
  return text
}

function asciiNumber(bytes, at, length, digits, what) {
  let text = ''
  for (let i = at; i < at + length; i++) text += String.fromCharCode(bytes[i])
  if (!digits.test(text)) throw new Error(what + ' is not written in digits: ' + hex(bytes, at, length))
  return text
}

// A high nibble of 3 is the digit itself, B the same digit of a device whose class was changed.
// 7 and F, their bit of mains power set, hold no battery; the status and what follows stand in the same place.
function readBattery(bytes, data) {
  const form = bytes[0] >> 4
  if (form === 7 || form === 15) return
  if (form !== 3 && form !== 11) throw new Error('unknown frame ' + hex(bytes, 0, 1))
  const millivolts = asciiNumber([0x30 | (bytes[0] & 15), bytes[1], bytes[2], bytes[3]], 0, 4, /^\d+$/, 'the battery')
  data.battery_pct = Math.round((Number(millivolts) - 2000) / 16)
}

function readStatus(status, data) {
  const high = (status >> 4) - 3
  if (high < 0 || high > 7) throw new Error('unknown status ' + status)
  data.valveOpen = (status & 0x01) !== 0
  data.tamper = (status & 0x02) !== 0
  data.cable = (status & 0x04) !== 0
  data.input1 = (status & 0x08) !== 0
  data.limitOpen = (high & 0x01) !== 0
  data.leak = (high & 0x02) !== 0
  data.limitClosed = (high & 0x04) !== 0
}

// The character that begins a part: length of what follows, and what it says.
const PARTS = {
  '#': {
    length: 4,
    read: (bytes, at, data) => {
      data.temperature_Cel = (uint16(bytes, at) / 65536) * 165 - 40
      data.humidity_pctRH = (uint16(bytes, at + 2) / 65536) * 100
    },
  },
  C: {
    length: 6,
    read: (bytes, at, data) => {
      data.pulses = parseInt(asciiNumber(bytes, at, 6, /^[0-9A-F]+$/, 'the pulse counter'), 16)
    },
  },
  V: {
    length: 4,
    read: (bytes, at, data) => {
      data.analog_V = parseInt(asciiNumber(bytes, at, 4, /^[0-9A-F]+$/, 'the analog input'), 16) / 1000
    },
  },
}

// @, the port of the setting in two hexadecimal digits, then its value.
function readAcknowledgement(bytes, at, data) {
  if (at + 3 > bytes.length) throw new Error('frame ends within an acknowledgement')
  data.downlinkPort = parseInt(asciiNumber(bytes, at + 1, 2, /^[0-9A-Fa-f]+$/, 'the port of an acknowledgement'), 16)
}

function readParts(bytes, data, warnings) {
  let at = HEAD
  while (at < bytes.length) {
    const name = String.fromCharCode(bytes[at])
    const part = Object.keys(PARTS).includes(name) ? PARTS[name] : undefined
    if (part === undefined) {
      // Without its length nothing behind an unknown part can be read.
      warnings.push('unknown part ' + hex(bytes, at, 1) + ' at byte ' + at + ': the rest of the frame is left out')
      return
    }
    if (at + 1 + part.length > bytes.length) throw new Error('frame ends within part ' + name)
    part.read(bytes, at + 1, data)
    at += 1 + part.length
  }
}

function decodeFrame(bytes) {
  const data = {}
  const warnings = []
  if (bytes.length > 0 && bytes[0] === AT_SIGN) {
    readAcknowledgement(bytes, 0, data)
    return { data: data, warnings: warnings }
  }
  if (bytes.length < HEAD) throw new Error('frame of ' + bytes.length + ' bytes, at least ' + HEAD + ' are needed')
  readBattery(bytes, data)
  readStatus(bytes[4], data)
  if (bytes[HEAD] === AT_SIGN) readAcknowledgement(bytes, HEAD, data)
  else readParts(bytes, data, warnings)
  return { data: data, warnings: warnings }
}

function decodeUplink(input) {
  if (input.fPort !== PORT) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + PORT] }
  try {
    return decodeFrame(input.bytes)
  } catch (error) {
    return { errors: [error.message] }
  }
}

function integerWithin(value, key, min, max) {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(key + ' must be a whole number from ' + min + ' to ' + max + ', not ' + value)
  }
  return value
}

// The port of a downlink says what it is.
function encodeCommand(command) {
  switch (command.type) {
    case 'open-valve':
      return { fPort: 1, bytes: [0x31] }
    case 'close-valve':
      return { fPort: 1, bytes: [0x30] }
    case 'set-valve-opening':
      return { fPort: 27, bytes: [0x31, integerWithin(command.opening_pct, 'opening_pct', 0, 100)] }
    case 'set-counter': {
      const pulses = integerWithin(command.pulses, 'pulses', 0, 0xffffff)
      return { fPort: 23, bytes: [pulses >> 16, (pulses >> 8) & 0xff, pulses & 0xff] }
    }
    case 'sync-clock':
      return { fPort: 13, bytes: [0x31] }
    default:
      throw new Error('unknown command ' + command.type)
  }
}

function encodeDownlink(input) {
  try {
    return encodeCommand(input.data)
  } catch (error) {
    return { errors: [error.message] }
  }
}

const COMMAND_LENGTHS = { 1: 1, 13: 1, 23: 3, 27: 2 }

function decodeCommand(fPort, bytes) {
  const length = COMMAND_LENGTHS[fPort]
  if (length === undefined) throw new Error('fPort ' + fPort + ' is unknown, expected 1, 13, 23 or 27')
  if (bytes.length !== length) throw new Error('command of ' + bytes.length + ' bytes, ' + length + ' are needed')
  if (fPort === 23) return { type: 'set-counter', pulses: bytes[0] * 0x10000 + uint16(bytes, 1) }
  if (fPort === 1 && bytes[0] === 0x30) return { type: 'close-valve' }
  if (bytes[0] !== 0x31) throw new Error('unknown command ' + hex(bytes, 0, length) + ' of fPort ' + fPort)
  if (fPort === 1) return { type: 'open-valve' }
  if (fPort === 13) return { type: 'sync-clock' }
  return { type: 'set-valve-opening', opening_pct: integerWithin(bytes[1], 'opening_pct', 0, 100) }
}

function decodeDownlink(input) {
  try {
    return { data: decodeCommand(input.fPort, input.bytes) }
  } catch (error) {
    return { errors: [error.message] }
  }
}
