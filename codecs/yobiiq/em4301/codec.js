// Yobiiq EM4301, bridge of a three-phase energy meter. Big-endian; the payload is a sequence of items: channel, type, value.

const FIRST_PACKET = 1
const LAST_PACKET = 10
const DEVICE_PORT = 50
const CLASSES = ['A', 'B', 'C']
const MODES = ['periodic', 'on-change']

function int8(bytes, at) {
  return (bytes[at] << 24) >> 24
}

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

function int16(bytes, at) {
  return (uint16(bytes, at) << 16) >> 16
}

function uint32(bytes, at) {
  return uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2)
}

function int32(bytes, at) {
  return uint32(bytes, at) | 0
}

function hex(bytes, at, length) {
  let text = ''
  for (let i = at; i < at + length; i++) text += (bytes[i] < 16 ? '0' : '') + bytes[i].toString(16)
  return text
}

function byteHex(byte) {
  return (byte < 16 ? '0' : '') + byte.toString(16)
}

function isoTime(seconds) {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

function version(bytes, at) {
  return bytes[at].toString(16) + '.' + bytes[at + 1].toString(16)
}

// How a value is kept: its length and, from its raw number, the value in the unit of its key.
function quantity(key, length, raw, divisor) {
  return {
    key: key,
    length: length,
    read: (bytes, at) => raw(bytes, at) / (divisor === undefined ? 1 : divisor),
  }
}

// Types of fPorts 1 to 10 behind channel 01.
const MEASUREMENTS = {
  0x00: quantity('recordIndex', 4, uint32),
  0x01: { key: 'time', length: 4, read: (bytes, at) => isoTime(uint32(bytes, at)) },
  0x04: quantity('energyImportT1_Wh', 4, uint32),
  0x05: quantity('energyImportT2_Wh', 4, uint32),
  0x06: quantity('energyExportT1_Wh', 4, uint32),
  0x07: quantity('energyExportT2_Wh', 4, uint32),
  0x08: quantity('reactiveImportT1_varh', 4, uint32),
  0x09: quantity('reactiveImportT2_varh', 4, uint32),
  0x0a: quantity('reactiveExportT1_varh', 4, uint32),
  0x0b: quantity('reactiveExportT2_varh', 4, uint32),
  0x0c: quantity('voltageL1_V', 4, int32, 10),
  0x0d: quantity('voltageL2_V', 4, int32, 10),
  0x0e: quantity('voltageL3_V', 4, int32, 10),
  0x0f: quantity('current_A', 4, int32, 1000),
  0x10: quantity('currentL1_A', 4, int32, 1000),
  0x11: quantity('currentL2_A', 4, int32, 1000),
  0x12: quantity('currentL3_A', 4, int32, 1000),
  0x13: quantity('power_W', 4, int32),
  0x14: quantity('powerL1_W', 4, int32),
  0x15: quantity('powerL2_W', 4, int32),
  0x16: quantity('powerL3_W', 4, int32),
  // 0.001 kvar and 0.001 kVA
  0x17: quantity('reactivePowerL1_var', 4, int32),
  0x18: quantity('reactivePowerL2_var', 4, int32),
  0x19: quantity('reactivePowerL3_var', 4, int32),
  0x1a: quantity('apparentPowerL1_VA', 4, int32),
  0x1b: quantity('apparentPowerL2_VA', 4, int32),
  0x1c: quantity('apparentPowerL3_VA', 4, int32),
  0x1d: quantity('powerFactorL1', 1, int8, 100),
  0x1e: quantity('powerFactorL2', 1, int8, 100),
  0x1f: quantity('powerFactorL3', 1, int8, 100),
  0x20: quantity('phaseAngleL1_deg', 2, int16, 100),
  0x21: quantity('phaseAngleL2_deg', 2, int16, 100),
  0x22: quantity('phaseAngleL3_deg', 2, int16, 100),
  0x23: quantity('frequency_Hz', 2, int16, 100),
  0x27: quantity('currentMaxL1_A', 4, int32, 1000),
  0x28: quantity('currentMaxL2_A', 4, int32, 1000),
  0x29: quantity('currentMaxL3_A', 4, int32, 1000),
  0x2a: quantity('powerMean_W', 4, int32),
  // Powers of the system, of which the unit is doubtful: passed over with a warning.
  0x24: { key: null, length: 4, doubtful: true },
  0x25: { key: null, length: 4, doubtful: true },
  0x26: { key: null, length: 4, doubtful: true },
  // A second time, the years of certification and of making, versions: no measurements, passed over.
  0x03: { key: null, length: 4 },
  0x2b: { key: null, length: 4 },
  0xf0: { key: null, length: 2 },
  0xf1: { key: null, length: 2 },
  0xf2: { key: null, length: 2 },
}

const MODBUS_ERROR = quantity('modbusError', 1, (bytes, at) => bytes[at])

// Types of fPort 50 behind FF; a name that is not known is left out with a warning.
const DEVICE_ITEMS = {
  0x09: { key: 'hardwareVersion', length: 2, read: version },
  0x0a: { key: 'firmwareVersion', length: 2, read: version },
  0x16: { key: 'serialNumber', length: 4, read: (bytes, at) => hex(bytes, at, 4) },
  0x0f: { key: 'lorawanClass', length: 1, read: (bytes, at) => CLASSES[bytes[at]] },
  0x0b: { key: 'mainsOn', length: 1, read: (bytes, at) => [false, true][bytes[at]] },
  0x1e: quantity('ctPrimary_A', 2, uint16),
  0x1f: quantity('ctSecondary_A', 1, (bytes, at) => bytes[at]),
  0x20: quantity('vtPrimary_V', 4, uint32),
  0x21: quantity('vtSecondary_V', 2, uint16),
}
const MODEL_NAME = 0x28
// A name that was cut would name another model.
const MODEL_NAMES = ['EM4301']

function itemAt(bytes, at, fPort) {
  const channel = bytes[at]
  const type = bytes[at + 1]
  if (fPort !== DEVICE_PORT) {
    if (channel === 0x0b && type === 0x0a) return MODBUS_ERROR
    return channel === 0x01 ? MEASUREMENTS[type] : undefined
  }
  if (channel !== 0xff) return undefined
  if (type !== MODEL_NAME) return DEVICE_ITEMS[type]
  return { key: 'deviceModel', length: bytes.length - at - 2, read: modelName }
}

function modelName(bytes, at) {
  let text = ''
  for (let i = at; i < bytes.length; i++) text += String.fromCharCode(bytes[i])
  return MODEL_NAMES.includes(text) ? text : undefined
}

function decodeItems(bytes, fPort) {
  const data = {}
  const warnings = []
  let at = 0
  while (at < bytes.length) {
    if (at + 2 > bytes.length) return { errors: ['frame ends within the head of an item'] }
    const item = itemAt(bytes, at, fPort)
    const name = hex(bytes, at, 2)
    if (item === undefined) {
      // Without its length nothing behind an unknown item can be read.
      const unknown = 'unknown item ' + name + ' at byte ' + at
      if (at === 0) return { errors: [unknown] }
      warnings.push(unknown + ': the rest of the frame is left out')
      break
    }
    if (at + 2 + item.length > bytes.length) return { errors: ['frame ends within item ' + name] }
    if (item.key === null) {
      if (item.doubtful) warnings.push('item ' + name + ' has no certain unit and is left out')
    } else {
      if (Object.keys(data).includes(item.key)) return { errors: ['item ' + name + ' comes twice'] }
      const value = item.read(bytes, at + 2)
      if (value === undefined) warnings.push('unknown ' + item.key + ' ' + hex(bytes, at + 2, item.length))
      else data[item.key] = value
    }
    at += 2 + item.length
  }
  return { data: data, warnings: warnings }
}

// One byte: 00 accepted, 01 refused. On a measurement's port 01 is also how every frame begins.
function decodeAnswer(byte, fPort) {
  if (byte === 0x00) return { data: { commandAccepted: true } }
  if (byte !== 0x01) return { errors: ['answer ' + byte + ' to a command is unknown'] }
  if (fPort !== DEVICE_PORT) return { errors: ['a command was refused, or a frame was cut behind its first byte'] }
  return { data: { commandAccepted: false } }
}

function isPacket(fPort) {
  return fPort >= FIRST_PACKET && fPort <= LAST_PACKET
}

function decodeUplink(input) {
  const bytes = input.bytes
  if (!isPacket(input.fPort) && input.fPort !== DEVICE_PORT) {
    return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + FIRST_PACKET + ' to ' + LAST_PACKET + ' or ' + DEVICE_PORT] }
  }
  if (bytes.length === 0) return { errors: ['empty frame'] }
  if (bytes.length === 1) return decodeAnswer(bytes[0], input.fPort)
  return decodeItems(bytes, input.fPort)
}

// ---- commands

// The names of measurements that a packet may carry: those with a time or an index of their own are none.
const TYPES = {}
for (const type of Object.keys(MEASUREMENTS)) {
  const key = MEASUREMENTS[type].key
  if (Number(type) >= 0x04 && key !== null) TYPES[key] = Number(type)
}

function integerWithin(value, key, min, max) {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(key + ' must be a whole number from ' + min + ' to ' + max + ', not ' + value)
  }
  return value
}

function minutesOf(command) {
  if (command.interval_s === undefined) return integerWithin(command.interval_min, 'interval_min', 1, 255)
  if (command.interval_min !== undefined) throw new Error('interval_min and interval_s cannot both be given')
  integerWithin(command.interval_s, 'interval_s', 60, 15300)
  if (command.interval_s % 60 !== 0) throw new Error('interval_s must be a multiple of 60, not ' + command.interval_s)
  return command.interval_s / 60
}

function typesOf(names) {
  if (!Array.isArray(names) || names.length < 1 || names.length > 10) throw new Error('measurements must be a list of 1 to 10 names')
  const types = names.map((name) => (Object.keys(TYPES).includes(name) ? TYPES[name] : undefined))
  types.forEach((type, index) => {
    if (type === undefined) throw new Error('measurements must be keys of an uplink, not ' + names[index])
    if (types.indexOf(type) !== index) throw new Error('measurements must differ, ' + names[index] + ' comes twice')
  })
  return types
}

// Parts that are left out stay as they are in the device.
function packetBytes(command) {
  let bytes = []
  if (command.interval_min !== undefined || command.interval_s !== undefined) bytes = bytes.concat([0xff, 0x14, minutesOf(command)])
  if (command.mode !== undefined) {
    const mode = MODES.indexOf(command.mode)
    if (mode < 0) throw new Error('mode must be one of ' + MODES.join(', ') + ', not ' + command.mode)
    bytes = bytes.concat([0xff, 0x15, mode])
  }
  if (command.enabled !== undefined) {
    if (typeof command.enabled !== 'boolean') throw new Error('enabled must be true or false, not ' + command.enabled)
    bytes = bytes.concat([0xff, 0x16, command.enabled ? 1 : 0])
  }
  if (command.measurements !== undefined) bytes = bytes.concat([0xff, 0x17], typesOf(command.measurements))
  if (bytes.length === 0) throw new Error('set-periodic needs interval_min, mode, enabled or measurements')
  return bytes
}

function encodeCommand(command) {
  switch (command.type) {
    case 'reboot':
      return { fPort: DEVICE_PORT, bytes: [0xff, 0x0b, 0x01] }
    case 'set-ct-primary': {
      const primary = integerWithin(command.primary_A, 'primary_A', 0, 9999)
      return { fPort: DEVICE_PORT, bytes: [0xff, 0x1e, primary >> 8, primary & 0xff] }
    }
    case 'set-periodic': {
      const packet = integerWithin(command.packet, 'packet', FIRST_PACKET, LAST_PACKET)
      return { fPort: packet, bytes: packetBytes(command) }
    }
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

function need(bytes, length) {
  if (bytes.length !== length) throw new Error('command of ' + bytes.length + ' bytes, ' + length + ' are needed')
}

function decodeDeviceCommand(bytes) {
  const head = bytes.length < 2 ? '' : hex(bytes, 0, 2)
  if (head === 'ff0b') {
    need(bytes, 3)
    if (bytes[2] !== 1) throw new Error('unknown command ff0b' + byteHex(bytes[2]))
    return { type: 'reboot' }
  }
  if (head === 'ff1e') {
    need(bytes, 4)
    return { type: 'set-ct-primary', primary_A: integerWithin(uint16(bytes, 2), 'primary_A', 0, 9999) }
  }
  throw new Error('unknown command ' + hex(bytes, 0, Math.min(2, bytes.length)))
}

// The parts of a packet in their order; the measurements go on to the end.
const PACKET_PARTS = [
  {
    type: 0x14,
    read: (value, command) => {
      command.interval_min = integerWithin(value, 'interval_min', 1, 255)
    },
  },
  {
    type: 0x15,
    read: (value, command) => {
      if (MODES[value] === undefined) throw new Error('unknown mode ' + value)
      command.mode = MODES[value]
    },
  },
  {
    type: 0x16,
    read: (value, command) => {
      command.enabled = integerWithin(value, 'enabled', 0, 1) === 1
    },
  },
]

function nameOf(type) {
  const item = type < 0x04 ? undefined : MEASUREMENTS[type]
  if (item === undefined || item.key === null) throw new Error('unknown measurement ' + byteHex(type))
  return item.key
}

function decodePacketCommand(packet, bytes) {
  const command = { type: 'set-periodic', packet: packet }
  let at = 0
  for (const part of PACKET_PARTS) {
    if (bytes[at] !== 0xff || bytes[at + 1] !== part.type) continue
    if (bytes.length < at + 3) throw new Error('command ends within ff' + byteHex(part.type))
    part.read(bytes[at + 2], command)
    at += 3
  }
  if (bytes[at] === 0xff && bytes[at + 1] === 0x17) {
    command.measurements = Array.from(bytes).slice(at + 2).map(nameOf)
    typesOf(command.measurements)
    at = bytes.length
  }
  if (at < bytes.length || at === 0) throw new Error('unknown command ' + hex(bytes, at, Math.min(2, bytes.length - at)))
  return command
}

function decodeDownlink(input) {
  try {
    if (input.fPort === DEVICE_PORT) return { data: decodeDeviceCommand(input.bytes) }
    if (isPacket(input.fPort)) return { data: decodePacketCommand(input.fPort, input.bytes) }
    return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + FIRST_PACKET + ' to ' + LAST_PACKET + ' or ' + DEVICE_PORT] }
  } catch (error) {
    return { errors: [error.message] }
  }
}
