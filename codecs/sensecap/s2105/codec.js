// SenseCAP S2104 and S2105, soil probes. Items of 7 bytes (channel, data id, value; little-endian), then a CRC of 2 bytes.

const ITEM = 7

function uint16(bytes, at) {
  return bytes[at] | (bytes[at + 1] << 8)
}

function int32(bytes, at) {
  return uint16(bytes, at) | (uint16(bytes, at + 2) << 16)
}

// CRC-16/KERMIT: initial 0, reflected polynomial 8408.
function crc16(bytes, length) {
  let crc = 0
  for (let at = 0; at < length; at++) {
    crc ^= bytes[at]
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1
  }
  return crc
}

// Four bytes, the last one first.
function reversedHex(bytes, at) {
  let text = ''
  for (let i = at + 3; i >= at; i--) text += (bytes[i] < 16 ? '0' : '') + bytes[i].toString(16)
  return text
}

function nothing() {}

function measured(key, divisor) {
  return (bytes, at, data) => {
    data[key] = int32(bytes, at) / divisor
  }
}

// Data id: what its value says.
const ITEMS = {
  0x0000: (bytes, at, data) => {
    data.firmwareVersion = bytes[at + 1] + '.' + bytes[at]
    data.hardwareVersion = bytes[at + 3] + '.' + bytes[at + 2]
  },
  0x0001: nothing,
  0x0002: (bytes, at, data, probe) => {
    probe.low = reversedHex(bytes, at)
  },
  0x0003: (bytes, at, data, probe) => {
    probe.high = reversedHex(bytes, at)
  },
  0x0004: nothing,
  0x0005: nothing,
  0x0006: nothing,
  0x0007: (bytes, at, data) => {
    data.battery_pct = uint16(bytes, at)
    data.reportInterval_s = uint16(bytes, at + 2) * 60
  },
  0x0120: (bytes, at, data) => {
    data.sensorRemoved = true
  },
  0x1001: measured('temperature_Cel', 1000),
  0x1002: measured('humidity_pctRH', 1000),
  0x1006: measured('soilTemperature_Cel', 1000),
  0x1007: measured('soilMoisture_pct', 1000),
  // thousandths of dS/m, and 1 dS/m is 1000 uS/cm
  0x100c: measured('soilConductivity_uSpcm', 1),
}

function decodeUplink(input) {
  const bytes = input.bytes
  const length = bytes.length - 2
  if (bytes.length === 0) return { errors: ['empty frame'] }
  if (length < ITEM || length % ITEM !== 0) return { errors: ['frame of ' + bytes.length + ' bytes, 7 per item and 2 are needed'] }
  if (crc16(bytes, length) !== uint16(bytes, length)) return { errors: ['wrong checksum'] }
  const data = {}
  const warnings = []
  const probe = { high: null, low: null }
  for (let at = 0; at < length; at += ITEM) {
    const id = uint16(bytes, at + 1)
    const read = ITEMS[id]
    if (read === undefined) warnings.push('unknown data id ' + id)
    else read(bytes, at + 3, data, probe)
  }
  if (warnings.length === length / ITEM) return { errors: warnings }
  if (probe.high !== null && probe.low !== null) data.serialNumber = probe.high + probe.low
  return { data: data, warnings: warnings }
}
