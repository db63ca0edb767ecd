// Arad Sonata, ultrasonic water meter. Big-endian. The index is in the unit of the register, which no frame tells.

const PORT = 1
const MINUTE = 60000
const ALARMS = [
  'tamper',
  'cut-wire',
  'backflow',
  'leak',
  'poor-radio',
  'low-battery',
  'field-programmed',
  'system',
  'low-temperature',
  'tilt',
  'overflow-rate',
  'burst',
  'empty-pipe',
  'slave-low-battery',
  'slave-read-failed',
  'smart',
]
// Bits 0 and 1 (watchdog, hardware reset) cannot be told apart.
const EXTENDED_ALARMS = {
  2: 'power-on-reset',
  3: 'hardware-failure',
  4: 'box-open',
  5: 'charging-failure',
  6: 'power-monitor-failure',
  7: 'low-pressure',
  8: 'high-pressure',
}
const NO_INCREMENT = { 0x8000: 'empty', 0x8001: 'overflow', 0x8002: 'read-error', 0x8003: 'digit-error' }

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

function uint32(bytes, at) {
  return uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2)
}

function namesOf(bits, names) {
  return Object.keys(names)
    .filter((index) => ((bits >> Number(index)) & 1) === 1)
    .map((index) => names[index])
    .sort()
}

function exponentOf(factor) {
  return (factor & 0x0f) - 7
}

// Dividing by a power of ten keeps the figures of the register: 747 / 10 is 74.7, 747 x 0.1 is not.
function scaled(raw, exponent) {
  return exponent < 0 ? raw / Math.pow(10, -exponent) : raw * Math.pow(10, exponent)
}

function decodeStandard(bytes) {
  if (bytes.length !== 11) return { errors: ['frame of ' + bytes.length + ' bytes, 11 are needed'] }
  const data = {
    frame: bytes[0] === 0x9d ? 'standard' : 'alarm',
    deviceType: bytes[1],
    alarms: namesOf(uint16(bytes, 2), ALARMS),
    extendedAlarms: namesOf(uint16(bytes, 4), EXTENDED_ALARMS),
    index: scaled(uint32(bytes, 6), exponentOf(bytes[10])),
  }
  return { data: data }
}

function deltasOf(bytes, exponent) {
  const deltas = []
  for (let at = 18; at < bytes.length; at += 2) {
    const raw = uint16(bytes, at)
    const status = NO_INCREMENT[raw]
    deltas.push(status === undefined ? { increment: scaled(raw, exponent) } : { recordStatus: status })
  }
  return deltas
}

// Older indexes, newest first. Behind a record without increment no index is known any more.
function olderIndexes(bytes, indexExponent, exponent, time, spacing, warnings) {
  const history = []
  // Both in the smaller unit, as whole numbers.
  const unit = Math.min(indexExponent, exponent)
  let index = scaled(uint32(bytes, 4), indexExponent - unit)
  for (let at = 18; at < bytes.length; at += 2) {
    const raw = uint16(bytes, at)
    if (NO_INCREMENT[raw] !== undefined) break
    index -= scaled(raw, exponent - unit)
    if (index < 0) {
      warnings.push('the increments exceed the index: older indexes are left out')
      break
    }
    const age = ((at - 16) / 2) * spacing
    history.push({ time: new Date(time - age * MINUTE).toISOString(), index: scaled(index, unit) })
  }
  return history
}

function decodeDataLog(bytes, recvTime) {
  if (bytes.length < 20 || bytes.length > 210) return { errors: ['data log of ' + bytes.length + ' bytes, 20 to 210 are needed'] }
  if (bytes.length % 2 === 1) return { errors: ['data log ends within an increment'] }
  const warnings = []
  const indexExponent = exponentOf(bytes[8])
  const exponent = exponentOf(bytes[17])
  const data = {
    frame: 'data-log',
    deviceType: bytes[3],
    index: scaled(uint32(bytes, 4), indexExponent),
    readingAge_min: uint16(bytes, 9),
    spacing_min: uint16(bytes, 11),
    alarms: namesOf(uint16(bytes, 13), ALARMS),
    battery_V: uint16(bytes, 15) / 1000,
    deltas: deltasOf(bytes, exponent),
  }
  const time = new Date(recvTime).getTime() - data.readingAge_min * MINUTE
  if (!Number.isFinite(time)) return { errors: ['a data log is dated by its reception, which is not given'] }
  data.time = new Date(time).toISOString()
  if (data.spacing_min === 0) warnings.push('no time between the records: older indexes are left out')
  else data.history = olderIndexes(bytes, indexExponent, exponent, time, data.spacing_min, warnings)
  return { data: data, warnings: warnings }
}

function decodeWalkBy(bytes) {
  if (bytes.length !== 50) return { errors: ['walk-by log of ' + bytes.length + ' bytes, 50 are needed'] }
  return { data: {}, warnings: ['the walk-by log is not documented and not read'] }
}

function decodeUplink(input) {
  const bytes = input.bytes
  if (input.fPort !== PORT) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + PORT] }
  if (bytes.length === 0) return { errors: ['empty frame'] }
  if (bytes[0] === 0x9d || bytes[0] === 0x9b) return decodeStandard(bytes)
  if (bytes[0] === 0x06) return decodeDataLog(bytes, input.recvTime)
  if (bytes[0] === 0x80) return decodeWalkBy(bytes)
  return { errors: ['frame type ' + bytes[0].toString(16) + ' is unknown'] }
}
