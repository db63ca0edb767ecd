// Adeunis Field Test Device (FTD, ARF8123, ARF8124), coverage tester. Big-endian; a first byte says which parts follow.

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

function int8(byte) {
  return (byte << 24) >> 24
}

// The half-bytes of four bytes; the last one is no digit but the hemisphere.
function halves(bytes, at) {
  const list = []
  for (let i = at; i < at + 4; i++) list.push(bytes[i] >> 4, bytes[i] & 0x0f)
  return list
}

function number(digits) {
  return digits.reduce((value, digit) => value * 10 + digit, 0)
}

// Degrees from decimal digits: `degreeDigits` of degrees, two of minutes, the rest decimals of a minute; null: no position.
function coordinate(bytes, at, degreeDigits, highest) {
  const list = halves(bytes, at)
  const digits = list.slice(0, 7)
  if (digits.some((digit) => digit > 9)) return null
  const decimals = 5 - degreeDigits
  const minutes = number(digits.slice(degreeDigits)) / Math.pow(10, decimals)
  const degrees = number(digits.slice(0, degreeDigits)) + minutes / 60
  if (minutes >= 60 || degrees > highest) return null
  return (list[7] & 1) === 1 ? -degrees : degrees
}

function readPosition(bytes, at, data, warnings) {
  const latitude = coordinate(bytes, at, 2, 90)
  const longitude = coordinate(bytes, at + 4, 3, 180)
  if (latitude === null || longitude === null) {
    warnings.push('the position cannot be read and is left out')
  } else {
    data.latitude_deg = latitude
    data.longitude_deg = longitude
  }
  data.gpsQuality = bytes[at + 8] >> 4
  data.satellites = bytes[at + 8] & 0x0f
}

// In the order of the frame: the bit that announces the part, its length, what it says.
const PARTS = [
  {
    bit: 7,
    length: 1,
    read: (bytes, at, data) => {
      data.temperature_Cel = int8(bytes[at])
    },
  },
  { bit: 4, length: 9, read: readPosition },
  {
    bit: 3,
    length: 1,
    read: (bytes, at, data) => {
      data.uplinkCounter = bytes[at]
    },
  },
  {
    bit: 2,
    length: 1,
    read: (bytes, at, data) => {
      data.downlinkCounter = bytes[at]
    },
  },
  {
    bit: 1,
    length: 2,
    read: (bytes, at, data) => {
      data.battery_V = uint16(bytes, at) / 1000
    },
  },
  {
    bit: 0,
    length: 2,
    read: (bytes, at, data) => {
      data.rssi_dBm = 0 - bytes[at]
      data.snr_dB = int8(bytes[at + 1])
    },
  },
]

function present(presence, index) {
  return ((presence >> index) & 1) === 1
}

function decodeUplink(input) {
  const bytes = input.bytes
  if (bytes.length === 0) return { errors: ['empty frame'] }
  const parts = PARTS.filter((part) => present(bytes[0], part.bit))
  const needed = parts.reduce((length, part) => length + part.length, 1)
  if (bytes.length !== needed) return { errors: ['frame of ' + bytes.length + ' bytes, its first byte announces ' + needed] }
  const data = { accelerometerTrigger: present(bytes[0], 6), buttonTrigger: present(bytes[0], 5) }
  const warnings = []
  let at = 1
  for (const part of parts) {
    part.read(bytes, at, data, warnings)
    at += part.length
  }
  return { data: data, warnings: warnings }
}
