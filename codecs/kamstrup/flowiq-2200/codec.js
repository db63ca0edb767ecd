// Kamstrup flowIQ 2200, ultrasonic water meter: M-Bus application data (EN 13757-3) that is not encrypted, little-endian.

const PORT = 1
const ENCRYPTED_PORTS = [4, 6]
// Bytes behind the CI field; the configuration word is the last two of them.
const HEADERS = { 0x78: 0, 0x7a: 4, 0x72: 12 }
const FILLER = 0x2f
const INTEGER_LENGTHS = { 1: 1, 2: 2, 3: 3, 4: 4, 6: 6 }
const BCD_LENGTHS = { 9: 1, 10: 2, 11: 3, 12: 4, 14: 6 }
// Lengths of records that are stepped over: no data, a real number, 8 bytes.
const OTHER_LENGTHS = { 0: 0, 5: 4, 7: 8 }
const VARIABLE = 13
const REVERSE = 0x3c
const PROFILE = 0x13
const MANUFACTURER = 0x7f
const ALARMS = ['dry', 'reverse', 'leak', 'burst', 'tamper', 'low-battery', 'low-ambient-temperature', 'high-ambient-temperature']
const NO_NOISE = 4095
const UNIT_SECONDS = [1, 60, 3600, 86400]
// Where the spacing is given in whole months, the unit says in how many.
const WHOLE_MONTHS = 254
const UNIT_MONTHS = { 1: 6, 2: 3, 3: 1 }

// ---- bytes

function reader(bytes) {
  let at = 0
  const self = {
    left: () => bytes.length - at,
    take: (length) => {
      if (at + length > bytes.length) throw new Error('frame ends within a record: ' + bytes.length + ' bytes, at least ' + (at + length) + ' are needed')
      at += length
      return bytes.slice(at - length, at)
    },
    byte: () => self.take(1)[0],
  }
  return self
}

// Up to 6 bytes: beyond the 32 bits of the shift operators.
function unsigned(bytes) {
  return bytes.reduceRight((value, byte) => value * 0x100 + byte, 0)
}

function limit(bytes) {
  return Math.pow(2, 8 * bytes.length)
}

// null: the signed minimum, which means that there is no value
function signed(bytes) {
  const value = unsigned(bytes)
  const half = limit(bytes) / 2
  if (value === half) return null
  return value > half ? value - 2 * half : value
}

// null: not a decimal number
function bcd(bytes) {
  const digits = bytes.reduceRight((list, byte) => list.concat([byte >> 4, byte & 0x0f]), [])
  return digits.some((digit) => digit > 9) ? null : digits.reduce((value, digit) => value * 10 + digit, 0)
}

// null: all ones, which means that there is no value
function unsignedOrNone(record) {
  if (record.coding !== 'integer') return null
  const value = unsigned(record.bytes)
  return value === limit(record.bytes) - 1 ? null : value
}

function numberOf(record) {
  if (record.coding === 'integer') return signed(record.bytes)
  return record.coding === 'bcd' ? bcd(record.bytes) : null
}

// Dividing by a power of ten keeps the figures of the register: 3 / 1000 is 0.003.
function scaled(raw, exponent) {
  return exponent < 0 ? raw / Math.pow(10, -exponent) : raw * Math.pow(10, exponent)
}

// ---- records

function readInformation(frame, record) {
  const dif = frame.byte()
  record.code = dif & 0x0f
  record.kind = ['current', 'max', 'min', 'error'][(dif >> 4) & 3]
  record.storage = (dif >> 6) & 1
  let more = dif >= 0x80
  for (let place = 0; more; place++) {
    if (place === 10) throw new Error('a record has more than 10 DIFE')
    const dife = frame.byte()
    record.storage += (dife & 0x0f) * Math.pow(2, 1 + 4 * place)
    // another tariff or subunit is another register
    if ((dife & 0x70) !== 0) record.main = false
    more = dife >= 0x80
  }
}

function readQuantity(frame, record) {
  const vif = frame.byte()
  record.vif = vif & 0x7f
  if (record.vif === 0x7c) throw new Error('a quantity named by a text is not supported')
  let more = vif >= 0x80
  while (more) {
    if (record.vifes.length === 10) throw new Error('a record has more than 10 VIFE')
    const vife = frame.byte()
    record.vifes.push(vife & 0x7f)
    more = vife >= 0x80
  }
}

function readValue(frame, record) {
  if (record.code === VARIABLE) {
    const length = frame.byte()
    if (length > 0xbf) throw new Error('length ' + length + ' of a record is not supported')
    record.coding = 'variable'
    record.bytes = frame.take(length)
  } else if (INTEGER_LENGTHS[record.code] !== undefined) {
    record.coding = 'integer'
    record.bytes = frame.take(INTEGER_LENGTHS[record.code])
  } else if (BCD_LENGTHS[record.code] !== undefined) {
    record.coding = 'bcd'
    record.bytes = frame.take(BCD_LENGTHS[record.code])
  } else {
    if (OTHER_LENGTHS[record.code] === undefined) throw new Error('records of data type ' + record.code + ' are not supported')
    record.coding = 'other'
    record.bytes = frame.take(OTHER_LENGTHS[record.code])
  }
}

function recordsOf(bytes) {
  const frame = reader(bytes)
  const records = []
  while (frame.left() > 0) {
    if (bytes[bytes.length - frame.left()] === FILLER) {
      frame.byte()
      continue
    }
    const record = { code: 0, kind: '', storage: 0, main: true, vif: 0, vifes: [], coding: '', bytes: [] }
    readInformation(frame, record)
    readQuantity(frame, record)
    readValue(frame, record)
    records.push(record)
  }
  return records
}

// ---- times

function seconds(year, month, day, hour, minute, second) {
  const time = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  const exact = time.getUTCMonth() === month - 1 && time.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  return exact ? time.getTime() / 1000 : null
}

// Day and month as in all three types; the year in two parts beside them.
function yearOf(dayByte, monthByte) {
  return (dayByte >> 5) + 8 * (monthByte >> 4)
}

function dateTypeG(bytes) {
  return seconds(2000 + yearOf(bytes[0], bytes[1]), bytes[1] & 0x0f, bytes[0] & 0x1f, 0, 0, 0)
}

function dateTimeTypeF(bytes) {
  const year = 1900 + 100 * ((bytes[1] >> 5) & 3) + yearOf(bytes[2], bytes[3])
  // a clock that was never set
  if (bytes[0] >= 0x80 || year < 2000) return null
  return seconds(year, bytes[3] & 0x0f, bytes[2] & 0x1f, bytes[1] & 0x1f, bytes[0] & 0x3f, 0)
}

function dateTimeTypeI(bytes) {
  if (bytes[1] >= 0x80) return null
  const year = 2000 + yearOf(bytes[3], bytes[4])
  return seconds(year, bytes[4] & 0x0f, bytes[3] & 0x1f, bytes[2] & 0x1f, bytes[1] & 0x3f, bytes[0] & 0x3f)
}

// Seconds since 1970 by the data type and the quantity of a record; null: no time
function timeOf(record) {
  if (record.coding !== 'integer') return null
  if (record.vif === 0x6c && record.bytes.length === 2) return dateTypeG(record.bytes)
  if (record.vif === 0x6d && record.bytes.length === 4) return dateTimeTypeF(record.bytes)
  if (record.vif === 0x6d && record.bytes.length === 6) return dateTimeTypeI(record.bytes)
  return null
}

function isoTime(time) {
  return new Date(time * 1000).toISOString().replace('.000Z', 'Z')
}

// ---- values

function within(vif, first, last) {
  return vif >= first && vif <= last
}

function plain(record) {
  return record.main && record.vifes.length === 0
}

function isDate(record) {
  return plain(record) && record.kind === 'current' && (record.vif === 0x6c || record.vif === 0x6d)
}

function isVolume(record) {
  return record.main && record.kind === 'current' && within(record.vif, 0x10, 0x17)
}

function isProfile(record) {
  return isVolume(record) && record.vifes.length === 1 && record.vifes[0] === PROFILE && record.coding === 'variable'
}

const SUFFIXES = { current: '', max: 'Max', min: 'Min' }

// What a record measures: key and power of ten; null: nothing that we know
function measured(record) {
  if (isVolume(record) && record.vifes.length === 0) return { key: 'volume_m3', exponent: record.vif - 0x16 }
  if (isVolume(record) && record.vifes.length === 1 && record.vifes[0] === REVERSE) {
    return { key: 'reverseVolume_m3', exponent: record.vif - 0x16 }
  }
  const suffix = SUFFIXES[record.kind]
  if (!plain(record) || suffix === undefined) return null
  if (within(record.vif, 0x38, 0x3f)) return { key: 'flow' + suffix + '_m3ph', exponent: record.vif - 0x3e }
  if (within(record.vif, 0x58, 0x5b)) return { key: 'waterTemperature' + suffix + '_Cel', exponent: record.vif - 0x5b }
  if (within(record.vif, 0x64, 0x67)) return { key: 'ambientTemperature' + suffix + '_Cel', exponent: record.vif - 0x67 }
  return null
}

const BILLED = ['volume_m3', 'history']

function put(data, key, value, warnings) {
  if (data[key] === undefined) data[key] = value
  else if (BILLED.includes(key)) throw new Error(key + ' comes twice')
  else warnings.push(key + ' comes twice: the first is kept')
}

function readAlarms(record, data, warnings) {
  const bits = unsignedOrNone(record)
  if (bits === null) return
  const alarms = ALARMS.filter((name, index) => ((bits >> index) & 1) === 1)
  put(data, 'alarms', alarms, warnings)
  if (bits > 0xff) warnings.push('unknown bits in the information code ' + bits)
}

function readNoise(key) {
  return (record, data, warnings) => {
    const noise = unsignedOrNone(record)
    if (noise !== null && noise !== NO_NOISE) put(data, key, noise, warnings)
  }
}

// Kamstrup's own codes behind VIF FF.
const OWN = {
  0x25: readAlarms,
  0x1c: readNoise('acousticNoiseLastDay'),
  0x1b: readNoise('acousticNoise'),
  0x16: (record, data, warnings) => {
    const number = unsignedOrNone(record)
    if (number !== null) put(data, 'moduleConfig', number, warnings)
  },
}

function readOwn(record, data, warnings) {
  // The causes since the record before come as a maximum.
  const spoken = record.kind === 'current' || record.kind === 'max'
  const read = record.main && spoken && record.vifes.length === 1 ? OWN[record.vifes[0]] : undefined
  if (read !== undefined) read(record, data, warnings)
}

// The time of the nth element before `time`; null: a spacing that is not supported
function spacingOf(unit, value, time) {
  if (value >= 1 && value <= 250) return (nth) => time - nth * value * UNIT_SECONDS[unit]
  const date = new Date(time * 1000)
  // Behind the 28th, some month has no such day.
  if (value !== WHOLE_MONTHS || UNIT_MONTHS[unit] === undefined || date.getUTCDate() > 28) return null
  return (nth) => new Date(time * 1000).setUTCMonth(date.getUTCMonth() - nth * UNIT_MONTHS[unit]) / 1000
}

// Volumes before that of the storage, newest first (inverse compact profile, EN 13757-3 annex F).
function readProfile(record, base, time, data, warnings) {
  if (record.bytes.length < 2) throw new Error('a profile of ' + record.bytes.length + ' bytes, at least 2 are needed')
  const control = record.bytes[0]
  const size = INTEGER_LENGTHS[control & 0x0f]
  const mode = control >> 6
  const timeBefore = spacingOf((control >> 4) & 3, record.bytes[1], time)
  if (size === undefined || mode === 0 || timeBefore === null) {
    warnings.push('a profile of control ' + control + ' and spacing ' + record.bytes[1] + ' is not supported and left out')
    return
  }
  if ((record.bytes.length - 2) % size !== 0) throw new Error('a profile ends within an element')
  const history = []
  let raw = base
  for (let at = 2; at < record.bytes.length; at += size) {
    const element = record.bytes.slice(at, at + size)
    const value = mode === 3 ? signed(element) : unsigned(element)
    if (value === null || (mode !== 3 && value === limit(element) - 1)) break
    raw += mode === 2 ? value : -value
    history.push({ time: isoTime(timeBefore(history.length + 1)), volume_m3: scaled(raw, record.vif - 0x16) })
  }
  put(data, 'history', history, warnings)
}

function datesOf(records) {
  const times = {}
  for (const record of records.filter(isDate)) {
    if (times[record.storage] !== undefined) throw new Error('storage ' + record.storage + ' has two dates')
    times[record.storage] = timeOf(record)
  }
  return times
}

// One reading of a frame: the records of its first storage. What another storage holds has another time.
function dataOf(records, warnings) {
  const data = {}
  const times = datesOf(records)
  const first = records.find((record) => isDate(record) || measured(record) !== null)
  const storage = first === undefined ? 0 : first.storage
  const time = times[storage] === undefined ? null : times[storage]
  if (time !== null) data.time = isoTime(time)
  let base = null
  for (const record of records) {
    const measure = measured(record)
    if (record.vif === MANUFACTURER) readOwn(record, data, warnings)
    if (measure === null && !isProfile(record)) continue
    if (record.storage !== storage || (storage > 0 && time === null)) {
      warnings.push('a value of storage ' + record.storage + ', which has no date or another one, is left out')
      continue
    }
    const raw = measure === null ? null : numberOf(record)
    if (raw !== null) put(data, measure.key, scaled(raw, measure.exponent), warnings)
    if (raw !== null && measure.key === 'volume_m3') base = { vif: record.vif, raw: raw }
  }
  for (const record of records.filter((profile) => isProfile(profile) && profile.storage === storage)) {
    if (time !== null && base !== null && base.vif === record.vif) readProfile(record, base.raw, time, data, warnings)
    else warnings.push('a profile without its volume and time is left out')
  }
  return data
}

function decodeUplink(input) {
  const bytes = Array.from(input.bytes)
  if (ENCRYPTED_PORTS.includes(input.fPort)) return { errors: ['fPort ' + input.fPort + ' carries encrypted M-Bus, which cannot be read'] }
  if (input.fPort !== PORT) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + PORT] }
  if (bytes.length === 0) return { errors: ['empty frame'] }
  const header = HEADERS[bytes[0]]
  if (header === undefined) return { errors: ['CI ' + bytes[0].toString(16) + ' is unknown, expected 72, 78 or 7a'] }
  if (bytes.length < 1 + header) return { errors: ['frame of ' + bytes.length + ' bytes ends within its header of ' + (1 + header)] }
  // Security mode: bits 8 to 12 of the configuration word.
  if (header > 0 && (bytes[header] & 0x1f) !== 0) return { errors: ['the frame is encrypted (security mode ' + (bytes[header] & 0x1f) + ')'] }
  const warnings = []
  try {
    const records = recordsOf(bytes.slice(1 + header))
    if (records.length === 0) return { errors: ['frame without a record'] }
    return { data: dataOf(records, warnings), warnings: warnings }
  } catch (error) {
    return { errors: [error.message] }
  }
}
