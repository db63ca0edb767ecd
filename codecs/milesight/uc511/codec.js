// Milesight UC511 and UC512, controller of two latching solenoid valves.
// The payload is a sequence of items: channel, type, value (little-endian).

// Of the factory, and of all commands. Another can be set in the device: an uplink of any port is read.
const PORT = 85
const CLASSES = ['A', 'B', 'C', 'CtoB']
const TASKS = ['idle', 'local-plan', 'forced-local-plan', 'rain-stop', 'remote-task']
const CONDITIONS = ['none', 'below', 'above', 'between', 'outside']
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const ALL_VALVES = 7
// control bits of a valve task
const TIMED = 0x80
const COUNTED = 0x40
const OPEN = 0x20
// repeat mode of a rule
const WEEKLY = 2

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

function flag(value, key, data, warnings) {
  if (value > 1) warnings.push(key + ' is ' + value + ', neither 0 nor 1')
  else data[key] = value === 1
}

function uint24(bytes, at) {
  return uint16(bytes, at) + bytes[at + 2] * 0x10000
}

function readState(value, valve, data, warnings) {
  const key = 'valve' + valve
  if (value === 0xff) data[key + 'CommandFailed'] = true
  else flag(value, key + 'Open', data, warnings)
}

function readTask(bytes, at, valve, data, warnings) {
  const key = 'valve' + valve
  if (TASKS[bytes[at]] === undefined) warnings.push('unknown task ' + bytes[at] + ' of valve ' + valve)
  else data[key + 'Task'] = TASKS[bytes[at]]
  flag(bytes[at + 1], key + 'Open', data, warnings)
  if (bytes[at + 2] > 1) warnings.push(key + 'Commanded is ' + bytes[at + 2] + ', neither 0 nor 1')
  else data[key + 'Commanded'] = bytes[at + 2] === 1 ? 'open' : 'close'
}

function readPressureAlarm(bytes, at, data, warnings) {
  if (CONDITIONS[bytes[at + 1]] === undefined) warnings.push('unknown condition ' + bytes[at + 1] + ' of the pressure alarm')
  else data.pressureAlarmCondition = CONDITIONS[bytes[at + 1]]
  data.pressureMin_kPa = uint16(bytes, at + 2)
  data.pressureMax_kPa = uint16(bytes, at + 4)
  data.pipePressure_kPa = uint16(bytes, at + 6)
  flag(bytes[at + 8], 'pressureAlarm', data, warnings)
}

// The nine bytes of a valve task, of a downlink or of its echo.
function taskOf(bytes, at) {
  const control = bytes[at]
  const index = control & 0x07
  if ((control & 0x18) !== 0 || (index > 1 && index !== ALL_VALVES)) throw new Error('unknown control byte ' + control + ' of a valve task')
  const task = {
    type: (control & OPEN) !== 0 ? 'open-valve' : 'close-valve',
    valve: index === ALL_VALVES ? 'all' : index + 1,
    sequence: bytes[at + 1],
  }
  if ((control & TIMED) !== 0) task.duration_s = uint24(bytes, at + 2)
  if ((control & COUNTED) !== 0) task.pulses = uint32(bytes, at + 5)
  return task
}

function readEcho(bytes, at, data, warnings) {
  try {
    data.echo = taskOf(bytes, at)
  } catch (error) {
    warnings.push(error.message)
  }
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
  '0301': { length: 1, read: (bytes, at, data, warnings) => readState(bytes[at], 1, data, warnings) },
  '0501': { length: 1, read: (bytes, at, data, warnings) => readState(bytes[at], 2, data, warnings) },
  '04c8': {
    length: 4,
    read: (bytes, at, data) => {
      data.valve1Pulses = uint32(bytes, at)
    },
  },
  '06c8': {
    length: 4,
    read: (bytes, at, data) => {
      data.valve2Pulses = uint32(bytes, at)
    },
  },
  '0701': { length: 1, read: (bytes, at, data, warnings) => flag(bytes[at], 'input1', data, warnings) },
  '0801': { length: 1, read: (bytes, at, data, warnings) => flag(bytes[at], 'input2', data, warnings) },
  '097b': {
    length: 2,
    read: (bytes, at, data) => {
      data.pipePressure_kPa = uint16(bytes, at)
    },
  },
  b97b: {
    length: 1,
    read: (bytes, at, data, warnings) => {
      if (bytes[at] === 1) data.pipePressureStatus = 'read-failed'
      else warnings.push('unknown status ' + bytes[at] + ' of the pressure sensor')
    },
  },
  '0bf5': { length: 9, read: readPressureAlarm },
  '0eaf': { length: 3, read: (bytes, at, data, warnings) => readTask(bytes, at, 1, data, warnings) },
  '0faf': { length: 3, read: (bytes, at, data, warnings) => readTask(bytes, at, 2, data, warnings) },
  '21ce': {
    length: 6,
    read: (bytes, at, data) => {
      if (data.history === undefined) data.history = []
      data.history.push({ time: isoTime(uint32(bytes, at)), pipePressure_kPa: uint16(bytes, at + 4) })
    },
  },
  // Which of its fields counts is disputed.
  '20ce': {
    length: 9,
    read: (bytes, at, data, warnings) => {
      warnings.push('a record of the history of a valve is left out: its layout is not certain')
    },
  },
  fe1d: { length: 9, read: readEcho },
  ff1d: { length: 9, read: readEcho },
}

// Types of the downlinks; the device echoes an accepted one behind FE or FF, with the same value.
const SETTINGS = { '1d': 9, '55': 28, '4e': 2, '92': 5, '03': 2, '02': 2, '10': 1, '28': 1, '4a': 1 }

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

function little(value, length) {
  const bytes = []
  for (let i = 0, rest = value; i < length; i++, rest = Math.floor(rest / 0x100)) bytes.push(rest % 0x100)
  return bytes
}

// 1 or 2, also as text or as the name of its channel
function valveNumber(valve) {
  const name = /^(?:valve)?([12])$/.exec(String(valve))
  if (name === null) throw new Error('valve must be from 1 to 2, not ' + valve)
  return Number(name[1])
}

function valveIndex(valve) {
  if (valve === 'all') return ALL_VALVES
  if (!/^(?:valve)?[12]$/.test(String(valve))) throw new Error('valve must be from 1 to 2, or all, not ' + valve)
  return valveNumber(valve) - 1
}

// Seconds; in minutes as the standard command `open` has them.
function durationOf(command) {
  if (command.duration_min === undefined) return command.duration_s
  if (command.duration_s !== undefined) throw new Error('duration_s and duration_min exclude each other')
  return 60 * integerWithin(command.duration_min, 'duration_min', 1, 279620)
}

function taskBytes(command) {
  const duration = durationOf(command)
  const pulses = command.pulses
  const control =
    (duration === undefined ? 0 : TIMED) |
    (pulses === undefined ? 0 : COUNTED) |
    (command.type === 'open-valve' ? OPEN : 0) |
    valveIndex(command.valve)
  const sequence = command.sequence === undefined ? 0 : integerWithin(command.sequence, 'sequence', 0, 255)
  return [control, sequence]
    .concat(duration === undefined ? [0, 0, 0] : little(integerWithin(duration, 'duration_s', 1, 0xffffff), 3))
    .concat(pulses === undefined ? [0, 0, 0, 0] : little(integerWithin(pulses, 'pulses', 1, 0xffffffff), 4))
}

// Whole seconds of an ISO 8601 time in UTC; the device holds them in 32 bits.
function secondsOf(time, key) {
  const parsed = typeof time === 'string' && time.endsWith('Z') ? Date.parse(time) : NaN
  const seconds = Math.floor(parsed / 1000)
  if (!(seconds >= 946684800 && seconds <= 0xffffffff)) {
    throw new Error(key + ' must be a UTC time from 2000-01-01T00:00:00Z to 2106-02-07T06:28:15Z, not ' + time)
  }
  return seconds
}

function boolean(value, key) {
  if (typeof value !== 'boolean') throw new Error(key + ' must be true or false, not ' + value)
  return value ? 1 : 0
}

function weekdayBits(days) {
  if (!Array.isArray(days) || days.length === 0) throw new Error('weekdays must name one or more of ' + WEEKDAYS.join(', '))
  let bits = 0
  for (const day of days) {
    const bit = WEEKDAYS.indexOf(day)
    if (bit < 0) throw new Error('weekdays must be of ' + WEEKDAYS.join(', ') + ', not ' + day)
    bits |= 1 << bit
  }
  return bits
}

// A valve is never opened by a rule without its end.
function ruleBytes(command) {
  const rule = integerWithin(command.rule, 'rule', 1, 16)
  const start = secondsOf(command.start, 'start')
  const end = secondsOf(command.end, 'end')
  if (end <= start) throw new Error('end must be after start, not ' + command.end)
  const open = boolean(command.open, 'open')
  const timed = open === 1 || command.duration_min !== undefined
  const minutes = timed ? integerWithin(command.duration_min, 'duration_min', 1, 0xffffffff) : 0
  return [rule, boolean(command.enabled, 'enabled')]
    .concat([1], little(start, 4), little(end, 4), [1, WEEKLY, weekdayBits(command.weekdays), 0])
    .concat([2, valveNumber(command.valve), open, timed ? 1 : 0], little(minutes, 4), [0, 0, 0, 0, 0])
}

function encodeCommand(command) {
  switch (command.type) {
    case 'open-valve':
    case 'close-valve':
      return [0xff, 0x1d].concat(taskBytes(command))
    case 'set-schedule':
      return [0xff, 0x55].concat(ruleBytes(command))
    case 'clear-counter':
      return [0xff, 0x4e, valveNumber(command.valve), 0x00]
    case 'set-report-interval':
    case 'set-collection-interval': {
      const interval = integerWithin(command.interval_s, 'interval_s', 10, 64800)
      return [0xff, command.type === 'set-report-interval' ? 0x03 : 0x02, low(interval), interval >> 8]
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

function ruleOf(bytes, at) {
  const weekly = bytes[at + 2] === 1 && bytes[at + 11] === 1 && bytes[at + 12] === WEEKLY
  const ofValve = bytes[at + 15] === 2 && bytes[at + 23] === 0
  if (!weekly || !ofValve) throw new Error('a rule of another kind than weekly hours of a valve')
  const rule = {
    type: 'set-schedule',
    rule: bytes[at],
    enabled: bytes[at + 1] === 1,
    start: isoTime(uint32(bytes, at + 3)),
    end: isoTime(uint32(bytes, at + 7)),
    weekdays: WEEKDAYS.filter((day, bit) => (bytes[at + 13] & (1 << bit)) !== 0),
    valve: bytes[at + 16],
    open: bytes[at + 17] === 1,
  }
  if (bytes[at + 18] === 1) rule.duration_min = uint32(bytes, at + 19)
  return rule
}

function decodeCommand(bytes) {
  const length = bytes.length < 2 || bytes[0] !== 0xff ? undefined : SETTINGS[hex(bytes, 1, 1)]
  if (length === undefined) throw new Error('unknown command ' + hex(bytes, 0, Math.min(2, bytes.length)))
  if (bytes.length !== 2 + length) throw new Error('command of ' + bytes.length + ' bytes, ' + (2 + length) + ' are needed')
  switch (bytes[1]) {
    case 0x1d:
      return taskOf(bytes, 2)
    case 0x55:
      return ruleOf(bytes, 2)
    case 0x4e:
      return { type: 'clear-counter', valve: bytes[2] }
    case 0x03:
      return { type: 'set-report-interval', interval_s: uint16(bytes, 2) }
    case 0x02:
      return { type: 'set-collection-interval', interval_s: uint16(bytes, 2) }
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
