// Milesight EM300-DI, pulse counter or digital input with temperature and humidity.
// The payload is a sequence of items: channel, type, value (little-endian).

// Of the factory, and of all commands. Another can be set in the device: an uplink of any port is read.
const PORT = 85
const CLASSES = ['A', 'B', 'C', 'CtoB']
const MODES = { 1: 'digital', 2: 'counter' }
const WATER_ALARMS = { 1: 'outage-timeout', 2: 'outage-timeout-release', 3: 'flow-timeout', 4: 'flow-timeout-release' }
const UNITS = ['L', 'gal', 'm3']

function uint16(bytes, at) {
  return bytes[at] | (bytes[at + 1] << 8)
}

function int16(bytes, at) {
  return (uint16(bytes, at) << 16) >> 16
}

function uint32(bytes, at) {
  return uint16(bytes, at) + uint16(bytes, at + 2) * 0x10000
}

function float32(bytes, at) {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, uint32(bytes, at))
  return view.getFloat32(0)
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

// The unit of the total is a setting of the device that no uplink tells.
function converted(bytes, at, data, warnings) {
  data.waterConversion = uint16(bytes, at) / 10
  data.pulseConversion = uint16(bytes, at + 2) / 10
  const total = float32(bytes, at + 4)
  if (Number.isFinite(total)) data.convertedVolume = total
  else warnings.push('the converted total is no number')
}

// An alarm says nothing of the other kind: flow without end or none at all.
function waterAlarm(code, data) {
  if (code === 1 || code === 2) data.outageTimeout = code === 1
  if (code === 3 || code === 4) data.flowTimeout = code === 3
}

function climate(bytes, at) {
  return { time: isoTime(uint32(bytes, at)), temperature_Cel: int16(bytes, at + 4) / 10, humidity_pctRH: bytes[at + 6] / 2 }
}

function storedAlarm(code, record, warnings) {
  if (code === 0) record.alarm = 'none'
  else if (WATER_ALARMS[code] !== undefined) record.alarm = WATER_ALARMS[code]
  else if (code === 5 || code === 6) record.alarm = code === 5 ? 'input' : 'input-release'
  else warnings.push('unknown alarm ' + code + ' in the history')
  waterAlarm(code, record)
  if (code === 5 || code === 6) record.inputAlarm = code === 5
}

// Only what belongs to the mode is valid.
function storedInput(bytes, at, record, warnings, readTotal) {
  const mode = MODES[bytes[at]]
  if (mode === undefined) {
    warnings.push('unknown input mode ' + bytes[at] + ' in the history')
    return
  }
  record.inputMode = mode
  if (mode === 'digital') flag(bytes[at + 1], 'input', record, warnings)
  else readTotal(bytes, at + 2, record, warnings)
}

function pulses(bytes, at, data) {
  data.pulses = uint32(bytes, at)
}

function addRecord(data, record) {
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
  '0468': {
    length: 1,
    read: (bytes, at, data) => {
      data.humidity_pctRH = bytes[at] / 2
    },
  },
  '0500': { length: 1, read: (bytes, at, data, warnings) => flag(bytes[at], 'input', data, warnings) },
  '05c8': { length: 4, read: pulses },
  '05e1': { length: 8, read: converted },
  '8500': {
    length: 2,
    read: (bytes, at, data, warnings) => {
      flag(bytes[at], 'input', data, warnings)
      flag(bytes[at + 1], 'inputAlarm', data, warnings)
    },
  },
  '85e1': {
    length: 9,
    read: (bytes, at, data, warnings) => {
      const code = bytes[at + 8]
      converted(bytes, at, data, warnings)
      if (WATER_ALARMS[code] === undefined) warnings.push('unknown water alarm ' + code)
      else data.waterAlarm = WATER_ALARMS[code]
      waterAlarm(code, data)
    },
  },
  '20ce': {
    length: 13,
    read: (bytes, at, data, warnings) => {
      const record = climate(bytes, at)
      storedInput(bytes, at + 7, record, warnings, pulses)
      addRecord(data, record)
    },
  },
  '21ce': {
    length: 18,
    read: (bytes, at, data, warnings) => {
      const record = climate(bytes, at)
      storedAlarm(bytes[at + 7], record, warnings)
      storedInput(bytes, at + 8, record, warnings, converted)
      addRecord(data, record)
    },
  },
}

// Types of the downlinks: length of the value, and the command that it is (null: only known from its echo).
const SETTINGS = {
  '03': { length: 2, command: (bytes, at) => ({ type: 'set-report-interval', interval_s: uint16(bytes, at) }) },
  '02': { length: 2, command: (bytes, at) => ({ type: 'set-collection-interval', interval_s: uint16(bytes, at) }) },
  '10': { length: 1, command: () => ({ type: 'reboot' }) },
  '28': { length: 1, command: () => ({ type: 'request-status' }) },
  '4a': { length: 1, command: () => ({ type: 'sync-clock' }) },
  '4e': { length: 2, command: clearCommand },
  '92': { length: 5, command: counterCommand },
  a2: { length: 9, command: conversionCommand },
  c3: { length: 1, command: modeCommand },
  // time zone: no command of ours sets it
  '17': { length: 2, command: null },
}

function onlyCounter(bytes, at) {
  if (bytes[at] !== 1) throw new Error('unknown counter ' + bytes[at])
}

function clearCommand(bytes, at) {
  onlyCounter(bytes, at)
  return { type: 'clear-counter' }
}

function counterCommand(bytes, at) {
  onlyCounter(bytes, at)
  return { type: 'set-counter', pulses: uint32(bytes, at + 1) }
}

function conversionCommand(bytes, at) {
  if (bytes[at] > 1) throw new Error('enabled is ' + bytes[at] + ', neither 0 nor 1')
  const padded = hex(bytes, at + 5, 4)
  const unit = UNITS.find((name) => hex(unitBytes(name), 0, 4) === padded)
  if (unit === undefined) throw new Error('unknown unit ' + padded)
  return {
    type: 'set-pulse-conversion',
    enabled: bytes[at] === 1,
    water: uint16(bytes, at + 1) / 10,
    pulse: uint16(bytes, at + 3) / 10,
    unit: unit,
  }
}

function modeCommand(bytes, at) {
  const mode = MODES[bytes[at]]
  if (mode === undefined) throw new Error('unknown mode ' + bytes[at])
  return { type: 'set-mode', mode: mode }
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

// ASCII, filled up with zeros
function unitBytes(unit) {
  return [0, 1, 2, 3].map((i) => (i < unit.length ? unit.charCodeAt(i) : 0))
}

// What is no whole tenth would be rounded, and every volume after it be wrong.
function tenths(value, key) {
  const count = typeof value === 'number' ? Math.round(value * 10) : NaN
  if (!(count >= 1 && count <= 65535) || count / 10 !== value) {
    throw new Error(key + ' must be a multiple of 0.1 from 0.1 to 6553.5, not ' + value)
  }
  return low16(count)
}

function conversionBytes(command) {
  if (typeof command.enabled !== 'boolean') throw new Error('enabled must be true or false, not ' + command.enabled)
  if (!UNITS.includes(command.unit)) throw new Error('unit must be one of ' + UNITS.join(', ') + ', not ' + command.unit)
  return [command.enabled ? 1 : 0].concat(tenths(command.water, 'water'), tenths(command.pulse, 'pulse'), unitBytes(command.unit))
}

function modeByte(mode) {
  const code = [1, 2].find((number) => MODES[number] === mode)
  if (code === undefined) throw new Error('mode must be one of digital, counter, not ' + mode)
  return code
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
    case 'sync-clock':
      return [0xff, 0x4a, 0x00]
    case 'clear-counter':
      return [0xff, 0x4e, 0x01, 0x00]
    case 'set-counter':
      return [0xff, 0x92, 0x01].concat(low32(integerWithin(command.pulses, 'pulses', 0, 0xffffffff)))
    case 'set-pulse-conversion':
      return [0xff, 0xa2].concat(conversionBytes(command))
    case 'set-mode':
      return [0xff, 0xc3, modeByte(command.mode)]
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
