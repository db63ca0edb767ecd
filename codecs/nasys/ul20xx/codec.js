// NAS UL20xx luminaire controllers (NEMA, Zhaga, DALI, 0-10 V), firmware 1.1.x. Multi-byte numbers are little-endian.

const LAMP_STATUS = ['driver-error', 'lamp-failure', 'lamp-on', 'limit-error', 'fading', 'reset', 'no-short-address', 'power-failure']
const DAY_ALERTS = { 4: 'voltage', 5: 'lamp', 6: 'power', 7: 'power-factor' }
const METERING_ALERTS = ['lamp', 'over-current', 'under-voltage', 'over-voltage', 'low-power-factor']
const FEATURES = { 2: 'digital-input', 3: 'ldr', 4: 'open-drain', 5: 'metering' }
const DAYS = ['holiday', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const CONFIGURATIONS = ['dali', 'dali-nc', 'dali-no', 'analog-nc', 'analog-no', 'dali-analog-nc', 'dali-analog-no', 'dali-analog-nc-no']
const SOURCES = {
  0x21: 'calendar-day',
  0x22: 'calendar-night',
  0x70: 'digital-inactive',
  0x71: 'digital-active',
  0xf5: 'relay-off',
  0xf6: 'driver-not-found',
  0xf8: 'fallback',
  0xfa: 'ldr',
  0xfc: 'digital-input',
  0xfd: 'manual',
}
const REFUSALS = {
  0x02: 'unknown-fport',
  0x03: 'packet-size-short',
  0x04: 'packet-size-long',
  0x05: 'value-error',
  0x06: 'protocol-parse-error',
  0x07: 'reserved-flag-set',
  0x08: 'invalid-flag-combination',
  0x09: 'unavailable-feature-request',
  0x0a: 'unsupported-header',
  0x0b: 'unreachable-hw-request',
  0x0c: 'address-not-available',
  0x0d: 'internal-error',
  0x0e: 'packet-size-error',
}
// 2015-01-01T00:00:00Z: before it the clock was never set.
const CLOCK_SET = 1420070400
const CLOCK_MAX = 0xffffffff
// 51 bytes of payload at DR0 to DR2 in EU868.
const MAX_PAYLOAD = 51

// ---- reading

// Reads from the front; asking for more than there is ends the decoding with an error.
function reader(bytes) {
  let at = 0
  function take(length) {
    if (at + length > bytes.length) throw new Error('frame too short: ' + bytes.length + ' bytes, at least ' + (at + length) + ' are needed')
    at += length
    return at - length
  }
  const self = {
    left: () => bytes.length - at,
    uint8: () => bytes[take(1)],
    int8: () => (self.uint8() << 24) >> 24,
    uint16: () => {
      const start = take(2)
      return bytes[start] + bytes[start + 1] * 0x100
    },
    int16: () => (self.uint16() << 16) >> 16,
    uint32: () => {
      const start = take(4)
      return bytes[start] + bytes[start + 1] * 0x100 + bytes[start + 2] * 0x10000 + bytes[start + 3] * 0x1000000
    },
    part: (length) => {
      const start = take(length)
      return reader(Array.from(bytes).slice(start, start + length))
    },
    end: () => {
      if (at < bytes.length) throw new Error('frame too long: ' + (bytes.length - at) + ' bytes more than expected')
    },
  }
  return self
}

function bit(value, index) {
  return ((value >> index) & 1) === 1
}

function namesOf(value, names) {
  return Object.keys(names)
    .filter((index) => bit(value, Number(index)))
    .map((index) => names[index])
}

function isoTime(seconds) {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

function readTime(frame, data) {
  const seconds = frame.uint32()
  if (seconds >= CLOCK_SET) data.time = isoTime(seconds)
}

// `everything` is what FF means in this place.
function addressName(byte, everything) {
  if (byte === 0x01) return 'analog'
  if (byte === 0xfe) return 'dali-broadcast'
  if (byte === 0xff) return everything
  if (bit(byte, 0) || (byte >= 0x80 && byte > 0x9e)) throw new Error('invalid DALI address ' + byte)
  return byte >= 0x80 ? 'dali-group-' + ((byte >> 1) & 0x0f) : 'dali-single-' + (byte >> 1)
}

function lampStatus(byte) {
  return byte === 0xff ? [] : namesOf(byte, LAMP_STATUS)
}

function sourceName(code) {
  if (code <= 0x07) return 'profile-' + code
  if (code >= 0x30 && code <= 0x3f) return 'calendar-dawn-step-' + (code & 0x0f)
  if (code >= 0x50 && code <= 0x5f) return 'calendar-dusk-step-' + (code & 0x0f)
  if (code >= 0x80 && code <= 0x87) return 'light-step-' + (code & 0x07)
  return SOURCES[code]
}

function readLamps(frame, data, warnings) {
  data.lamps = []
  while (frame.left() > 0) {
    const lamp = { address: addressName(frame.uint8(), 'all') }
    const code = frame.uint8()
    const source = sourceName(code)
    if (source === undefined) warnings.push('unknown source of the level ' + code)
    else lamp.source = source
    const level = frame.uint8()
    if (level !== 0xff) lamp.level_pct = percentRead(level)
    const status = frame.uint8()
    lamp.status = lampStatus(status)
    // A driver that is not found has none to tell; FF is a status that is not known.
    if (status === 0xff || source === 'driver-not-found') lamp.statusUnknown = true
    data.lamps.push(lamp)
  }
}

function percentRead(level) {
  if (level > 100) throw new Error('level of ' + level + ' %')
  return level
}

function lux(raw) {
  return Math.pow(10, (raw & 0x7fff) / 4000) / 1000
}

function readSensors(sensors, data, warnings) {
  while (sensors.left() > 0) {
    const type = sensors.uint8()
    if (type === 0x01) data.ldr = sensors.uint8()
    else if (type === 0x02 || type === 0x03) {
      const raw = sensors.uint16()
      if (raw !== 0xffff) data[type === 0x02 ? 'illuminance_lx' : 'd4iIlluminance_lx'] = lux(raw)
    } else if (type === 0x04) data.input1 = bit(sensors.uint8(), 0)
    else if (type === 0x08) {
      const tilt = sensors.uint8()
      if (tilt !== 0xff) data.tilt_deg = tilt
    } else {
      warnings.push('unknown sensor ' + type + ': the sensors behind it are left out')
      return
    }
  }
}

function readStatus(frame, header) {
  const data = { frame: 'status' }
  const warnings = []
  readTime(frame, data)
  const device = frame.uint8()
  data.daliConnectionError = bit(device, 1)
  data.meteringError = bit(device, 5)
  data.clockWarning = bit(device, 6)
  data.relayClosed = bit(device, 7)
  if (header === 0x01) {
    data.openDrainOn = bit(frame.uint8(), 2)
  } else {
    data.input1 = bit(device, 4)
  }
  data.downlinkRssi_dBm = -frame.uint8()
  data.downlinkSnr_dB = frame.int8()
  data.temperature_Cel = frame.int8()
  if (header === 0x01) {
    data.alerts24h = namesOf(frame.uint8(), DAY_ALERTS)
    readSensors(frame.part(frame.uint8()), data, warnings)
  } else {
    const present = frame.uint8()
    data.openDrainOn = bit(present, 2)
    if (bit(present, 1)) data.ldr = frame.uint8()
    if (bit(present, 4)) data.alerts24h = namesOf(frame.uint8(), DAY_ALERTS)
  }
  readLamps(frame, data, warnings)
  return { data: data, warnings: warnings }
}

function readUsage(frame) {
  const consumption = []
  while (frame.left() > 0) {
    const block = { address: addressName(frame.uint8(), 'internal') }
    const present = frame.uint8()
    if (bit(present, 0)) block.energy_Wh = frame.uint32()
    if (bit(present, 1)) block.power_W = frame.uint16()
    if (bit(present, 2)) block.loadEnergy_Wh = frame.uint32()
    if (bit(present, 3)) block.loadPower_W = frame.uint16()
    if (bit(present, 4)) {
      const factor = frame.uint8()
      if (factor !== 0xff) block.powerFactor = factor / 100
    }
    if (bit(present, 5)) block.voltage_V = frame.uint8()
    if (bit(present, 6)) block.driverOperatingTime_s = frame.uint32()
    if (bit(present, 7)) block.lampOnTime_s = frame.uint32()
    consumption.push(block)
  }
  return { data: { frame: 'usage', consumption: consumption } }
}

function readInputEvent(frame) {
  const head = frame.uint8()
  if (head >> 4 !== 4) throw new Error('digital input event of length ' + (head >> 4) + ', 4 is expected')
  const data = { frame: 'digital-input', input1: bit(head, 0), eventCount: frame.uint32() }
  frame.end()
  return { data: data }
}

function readDaliAlert(frame) {
  const alerts = frame.part(frame.uint8() >> 4)
  frame.end()
  const drivers = []
  while (alerts.left() > 0) drivers.push({ address: addressName(alerts.uint8(), 'all'), status: lampStatus(alerts.uint8()) })
  return { data: { frame: 'dali-alert', drivers: drivers } }
}

function readMeteringAlert(frame) {
  const data = { frame: 'metering-alert', alerts: namesOf(frame.uint8(), METERING_ALERTS) }
  data.power_W = frame.uint16()
  data.voltage_V = frame.uint16()
  const factor = frame.uint8()
  if (factor !== 0xff) data.powerFactor = factor / 100
  frame.end()
  return { data: data }
}

function readBoot(frame) {
  const data = { frame: 'boot' }
  const warnings = []
  data.serialNumber = ('0000000' + frame.uint32().toString(16)).slice(-8)
  data.firmwareVersion = frame.uint8() + '.' + frame.uint8() + '.' + frame.uint8()
  readTime(frame, data)
  const configuration = frame.uint8()
  if (CONFIGURATIONS[configuration] === undefined) warnings.push('unknown configuration ' + configuration)
  else data.deviceConfig = CONFIGURATIONS[configuration]
  data.features = namesOf(frame.uint8(), FEATURES)
  const supply = frame.uint8()
  data.daliSupplyExternal = bit(supply, 7)
  if ((supply & 0x7f) === 0x7e) data.daliSupplyState = 'bus-high'
  else if ((supply & 0x7f) === 0x7f) data.daliSupplyState = 'bus-error'
  else data.daliSupply_V = supply & 0x7f
  const drivers = frame.uint8()
  data.daliUnaddressed = bit(drivers, 7)
  data.daliDrivers = drivers & 0x7f
  // older firmware ends before the cause of the reset
  if (frame.left() > 0) {
    const reset = frame.uint8()
    data.watchdogReset = bit(reset, 1)
    data.softReset = bit(reset, 2)
  }
  frame.end()
  return { data: data, warnings: warnings }
}

function readRefusal(frame) {
  const data = { frame: 'downlink-refused', downlinkPort: frame.uint8() }
  const warnings = []
  const code = frame.uint8()
  if (code >= 0x81 && code <= 0x86) data.reason = 'profile-error-' + (code - 0x80)
  else if (REFUSALS[code] !== undefined) data.reason = REFUSALS[code]
  else warnings.push('unknown reason ' + code)
  frame.end()
  return { data: data, warnings: warnings }
}

function readUplink(fPort, bytes) {
  if (fPort === 50 || fPort === 60) return { data: { frame: 'echo', echo: readCommand(fPort, bytes) } }
  const frame = reader(bytes)
  if (fPort !== 23 && fPort !== 26 && fPort !== 61 && fPort !== 99) throw new Error('fPort ' + fPort + ' is unknown')
  const header = frame.uint8()
  if (fPort === 23 && (header === 0x00 || header === 0x01)) return readStatus(frame, header)
  if (fPort === 26 && header === 0x00) return readUsage(frame)
  if (fPort === 61 && header === 0x80) return readInputEvent(frame)
  if (fPort === 61 && header === 0x83) return readDaliAlert(frame)
  if (fPort === 61 && header === 0x84) return readMeteringAlert(frame)
  if (fPort === 99 && header === 0x00) return readBoot(frame)
  if (fPort === 99 && header === 0x13) return readRefusal(frame)
  throw new Error('header ' + header + ' is unknown on fPort ' + fPort)
}

function decodeUplink(input) {
  try {
    return readUplink(input.fPort, input.bytes)
  } catch (error) {
    return { errors: [error.message] }
  }
}

// ---- commands, read

function readTargets(frame, timed) {
  const targets = []
  do {
    const target = { address: addressName(frame.uint8(), 'all') }
    const level = frame.uint8()
    if (level !== 0xff) target.level_pct = percentRead(level)
    if (timed) target.duration_min = frame.uint8()
    targets.push(target)
  } while (frame.left() > 0)
  return { type: timed ? 'set-level-timed' : 'set-level', targets: targets }
}

function clockText(units) {
  const minutes = units * 10
  return ('0' + Math.floor(minutes / 60)).slice(-2) + ':' + ('0' + (minutes % 60)).slice(-2)
}

function readSchedule(frame) {
  const command = { type: 'set-schedule', profile: frame.uint8() }
  const count = frame.uint8()
  command.address = addressName(frame.uint8(), 'all')
  command.days = namesOf(frame.uint8(), DAYS)
  frame.uint8()
  command.steps = []
  for (let i = 0; i < count; i++) {
    const step = { time: clockText(frame.uint8()) }
    const level = frame.uint8()
    if (level !== 0xff) step.level_pct = percentRead(level)
    command.steps.push(step)
  }
  return command
}

function readZenithSteps(frame, count) {
  const steps = []
  for (let i = 0; i < count; i++) steps.push({ zenith_deg: 90 + frame.int8() / 6, level_pct: percentRead(frame.uint8()) })
  return steps
}

function readCalendar(frame) {
  const counts = frame.uint8()
  frame.uint8()
  return {
    type: 'set-calendar',
    latitude_deg: frame.int16() / 100,
    longitude_deg: frame.int16() / 100,
    dawn: readZenithSteps(frame, counts & 0x0f),
    dusk: readZenithSteps(frame, counts >> 4),
  }
}

function readReportRequest(frame) {
  const wanted = frame.uint8()
  return { type: 'request-status', status: bit(wanted, 1), usage: bit(wanted, 0) }
}

// fPort and header, both in hexadecimal
const COMMANDS = {
  '3c01': (frame) => readTargets(frame, false),
  '3c09': (frame) => readTargets(frame, true),
  '3c05': readReportRequest,
  3207: (frame) => ({ type: 'set-report-interval', interval_s: frame.uint32() }),
  3209: (frame) => ({ type: 'set-clock', time: isoTime(frame.uint32()) }),
  3220: readCalendar,
  3221: readSchedule,
  3225: (frame) => ({ type: 'set-fallback-level', level_pct: percentRead(frame.uint8()) }),
  '33fe': () => ({ type: 'reboot' }),
}

function readCommand(fPort, bytes) {
  const frame = reader(bytes)
  const header = frame.uint8()
  const read = COMMANDS[fPort.toString(16) + (header < 16 ? '0' : '') + header.toString(16)]
  if (read === undefined) throw new Error('command ' + header + ' is unknown on fPort ' + fPort)
  const command = read(frame)
  frame.end()
  return command
}

function decodeDownlink(input) {
  try {
    return { data: readCommand(input.fPort, input.bytes) }
  } catch (error) {
    return { errors: [error.message] }
  }
}

// ---- commands, written

function numberWithin(value, key, min, max) {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw new Error(key + ' must be a number from ' + min + ' to ' + max + ', not ' + value)
  }
  return value
}

function integerWithin(value, key, min, max) {
  if (!Number.isInteger(numberWithin(value, key, min, max))) throw new Error(key + ' must be a whole number, not ' + value)
  return value
}

function levelByte(value) {
  return Math.round(numberWithin(value, 'level_pct', 0, 100))
}

function listWithin(value, key, max) {
  if (!Array.isArray(value) || value.length < 1 || value.length > max) throw new Error(key + ' must hold 1 to ' + max + ' entries')
  return value
}

function uint16Bytes(value) {
  return [value & 0xff, (value >> 8) & 0xff]
}

function uint32Bytes(value) {
  return uint16Bytes(value % 0x10000).concat(uint16Bytes(Math.floor(value / 0x10000)))
}

function addressByte(name) {
  if (name === 'analog') return 0x01
  if (name === 'dali-broadcast') return 0xfe
  if (name === 'all') return 0xff
  const match = /^dali-(group|single)-(\d{1,2})$/.exec(String(name))
  if (match === null) throw new Error('address must be analog, dali-broadcast, all, dali-group-N or dali-single-N, not ' + name)
  const number = integerWithin(Number(match[2]), name, 0, match[1] === 'group' ? 15 : 63)
  return (match[1] === 'group' ? 0x80 : 0) | (number << 1)
}

function writeLevel(command) {
  const targets = listWithin(command.targets, 'targets', Math.floor((MAX_PAYLOAD - 1) / 2))
  return targets.reduce(
    (bytes, target) => bytes.concat([addressByte(target.address), target.level_pct === undefined ? 0xff : levelByte(target.level_pct)]),
    [0x01],
  )
}

function writeTimedLevel(command) {
  const targets = listWithin(command.targets, 'targets', Math.floor((MAX_PAYLOAD - 1) / 3))
  return targets.reduce(
    (bytes, target) =>
      bytes.concat([addressByte(target.address), levelByte(target.level_pct), integerWithin(target.duration_min, 'duration_min', 1, 255)]),
    [0x09],
  )
}

function tenMinutes(time) {
  const match = /^([01]\d|2[0-3]):([0-5]0)$/.exec(String(time))
  if (match === null) throw new Error('time must be HH:MM in steps of 10 minutes, not ' + time)
  return Number(match[1]) * 6 + Number(match[2]) / 10
}

function dayBits(days) {
  return listWithin(days, 'days', DAYS.length).reduce((bits, day) => {
    if (DAYS.indexOf(day) < 0) throw new Error('days must be of ' + DAYS.join(', ') + ', not ' + day)
    return bits | (1 << DAYS.indexOf(day))
  }, 0)
}

function writeSchedule(command) {
  const steps = listWithin(command.steps, 'steps', 9)
  const head = [0x21, integerWithin(command.profile, 'profile', 0, 7), steps.length, addressByte(command.address), dayBits(command.days), 0]
  return steps.reduce(
    (bytes, step) => bytes.concat([tenMinutes(step.time), step.level_pct === undefined ? 0xff : levelByte(step.level_pct)]),
    head,
  )
}

function zenithSteps(steps, key) {
  if (!Array.isArray(steps) || steps.length > 15) throw new Error(key + ' must hold at most 15 entries')
  // An int8 of sixths of a degree around 90.
  return steps.reduce(
    (bytes, step) =>
      bytes.concat([Math.round((numberWithin(step.zenith_deg, 'zenith_deg', 68.7, 111.1) - 90) * 6) & 0xff, levelByte(step.level_pct)]),
    [],
  )
}

function writeCalendar(command) {
  const latitude = Math.round(numberWithin(command.latitude_deg, 'latitude_deg', -90, 90) * 100)
  const longitude = Math.round(numberWithin(command.longitude_deg, 'longitude_deg', -180, 180) * 100)
  const dawn = zenithSteps(command.dawn, 'dawn')
  const dusk = zenithSteps(command.dusk, 'dusk')
  const bytes = [0x20, dawn.length / 2 | (dusk.length / 2 << 4), 0].concat(uint16Bytes(latitude), uint16Bytes(longitude), dawn, dusk)
  if (bytes.length > MAX_PAYLOAD) throw new Error('dawn and dusk must hold at most 21 entries together')
  return bytes
}

function writeReportRequest(command) {
  const wanted = (command.usage === true ? 1 : 0) | (command.status === true ? 2 : 0)
  if (wanted === 0) throw new Error('status or usage must be true')
  return [0x05, wanted]
}

function writeClock(command) {
  const seconds = Math.floor(Date.parse(command.time) / 1000)
  if (!(seconds >= CLOCK_SET && seconds <= CLOCK_MAX)) {
    throw new Error('time must be from ' + isoTime(CLOCK_SET) + ' to ' + isoTime(CLOCK_MAX) + ', not ' + command.time)
  }
  return [0x09].concat(uint32Bytes(seconds))
}

function writeCommand(command) {
  switch (command.type) {
    case 'set-level':
      return { fPort: 60, bytes: writeLevel(command) }
    case 'set-level-timed':
      return { fPort: 60, bytes: writeTimedLevel(command) }
    case 'request-status':
      return { fPort: 60, bytes: writeReportRequest(command) }
    case 'set-report-interval':
      return { fPort: 50, bytes: [0x07].concat(uint32Bytes(integerWithin(command.interval_s, 'interval_s', 60, 86400))) }
    case 'set-clock':
      return { fPort: 50, bytes: writeClock(command) }
    case 'set-calendar':
      return { fPort: 50, bytes: writeCalendar(command) }
    case 'set-schedule':
      return { fPort: 50, bytes: writeSchedule(command) }
    case 'set-fallback-level':
      return { fPort: 50, bytes: [0x25, levelByte(command.level_pct)] }
    case 'reboot':
      return { fPort: 51, bytes: [0xfe] }
    default:
      throw new Error('unknown command ' + command.type)
  }
}

function encodeDownlink(input) {
  try {
    return writeCommand(input.data)
  } catch (error) {
    return { errors: [error.message] }
  }
}
