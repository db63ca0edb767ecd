// Milesight WS558, eight relays and one meter of a lighting cabinet.
// The payload is a sequence of items: channel, type, value (little-endian).

// Of the factory, and of all commands. Another can be set in the device: an uplink of any port is read.
const PORT = 85
const CLASSES = ['A', 'B', 'C', 'CtoB']
const OUTPUTS = 8

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

// Bit 0 is output 1.
function states(mask) {
  const list = []
  for (let bit = 0; bit < OUTPUTS; bit++) list.push((mask & (1 << bit)) !== 0)
  return list
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
  '0374': {
    length: 2,
    read: (bytes, at, data) => {
      data.voltage_V = uint16(bytes, at) / 10
    },
  },
  '0480': {
    length: 4,
    read: (bytes, at, data) => {
      data.power_W = uint32(bytes, at)
    },
  },
  '0581': {
    length: 1,
    read: (bytes, at, data) => {
      data.powerFactor = bytes[at] / 100
    },
  },
  '0683': {
    length: 4,
    read: (bytes, at, data) => {
      data.energy_Wh = uint32(bytes, at)
    },
  },
  '07c9': {
    length: 2,
    read: (bytes, at, data) => {
      data.current_A = uint16(bytes, at) / 1000
    },
  },
  '0831': {
    length: 2,
    read: (bytes, at, data) => {
      // The first byte tells which outputs changed, the second how all of them are.
      data.relays = states(bytes[at + 1])
    },
  },
}

// Types of the downlinks; the device echoes an accepted one behind FE or FF, with the same value.
const SETTINGS = { '32': 5, '23': 2, '26': 1, '27': 1, '03': 2, '10': 1, '28': 1 }

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

function maskOf(outputs, key) {
  if (outputs === undefined) return 0
  if (!Array.isArray(outputs)) throw new Error(key + ' must be a list of outputs from 1 to ' + OUTPUTS)
  let mask = 0
  for (const output of outputs) mask |= 1 << (integerWithin(output, 'output', 1, OUTPUTS) - 1)
  return mask
}

// [which outputs, their states]
function relayBytes(command) {
  const on = maskOf(command.on, 'on')
  const off = maskOf(command.off, 'off')
  if ((on & off) !== 0) throw new Error('an output must be in on or in off, not in both')
  if ((on | off) === 0) throw new Error('on or off must name an output from 1 to ' + OUTPUTS)
  return [on | off, on]
}

// One output as the standard command `switch` names it: 1 to 8 (also as text) or its channel, relay1 to relay8.
function switchBytes(command) {
  if (typeof command.closed !== 'boolean') throw new Error('closed must be true or false, not ' + command.closed)
  const name = /^(?:relay)?([1-8])$/.exec(String(command.relay))
  if (name === null) throw new Error('relay must be from 1 to ' + OUTPUTS + ', not ' + command.relay)
  const mask = 1 << (Number(name[1]) - 1)
  return [mask, command.closed ? mask : 0]
}

function encodeCommand(command) {
  switch (command.type) {
    case 'set-relays':
      return [0x08].concat(relayBytes(command))
    case 'set-relay':
      return [0x08].concat(switchBytes(command))
    case 'set-relays-delayed': {
      const task = integerWithin(command.taskId, 'taskId', 0, 255)
      const delay = integerWithin(command.delay_s, 'delay_s', 1, 65535)
      return [0xff, 0x32, task, low(delay), delay >> 8].concat(relayBytes(command))
    }
    case 'cancel-delayed':
      return [0xff, 0x23, integerWithin(command.taskId, 'taskId', 0, 255), 0xff]
    case 'reset-energy':
      return [0xff, 0x27, 0xff]
    case 'set-report-interval': {
      const interval = integerWithin(command.interval_s, 'interval_s', 1, 65535)
      return [0xff, 0x03, low(interval), interval >> 8]
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

function outputsOf(mask) {
  return states(mask).flatMap((named, index) => (named ? [index + 1] : []))
}

function relaysOf(type, mask, on) {
  return { type: type, on: outputsOf(mask & on), off: outputsOf(mask & ~on) }
}

function decodeCommand(bytes) {
  // The switching of outputs is the one command without a type byte.
  if (bytes.length === 3 && bytes[0] === 0x08) return relaysOf('set-relays', bytes[1], bytes[2])
  const length = bytes.length < 2 || bytes[0] !== 0xff ? undefined : SETTINGS[hex(bytes, 1, 1)]
  if (length === undefined) throw new Error('unknown command ' + hex(bytes, 0, Math.min(2, bytes.length)))
  if (bytes.length !== 2 + length) throw new Error('command of ' + bytes.length + ' bytes, ' + (2 + length) + ' are needed')
  switch (bytes[1]) {
    case 0x32: {
      const relays = relaysOf('set-relays-delayed', bytes[5], bytes[6])
      return Object.assign(relays, { taskId: bytes[2], delay_s: uint16(bytes, 3) })
    }
    case 0x23:
      return { type: 'cancel-delayed', taskId: bytes[2] }
    case 0x27:
      return { type: 'reset-energy' }
    case 0x03:
      return { type: 'set-report-interval', interval_s: uint16(bytes, 2) }
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
