// Decentlab DL-PM, particulate matter, temperature, humidity and pressure. Big-endian words behind a bit mask of sensor groups.

const PORT = 1
const PROTOCOL = 2

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

// In the order of the bits of the mask: here the battery comes first.
const GROUPS = [
  {
    words: 1,
    read: (bytes, at, data) => {
      data.battery_V = uint16(bytes, at) / 1000
    },
  },
  {
    words: 10,
    read: (bytes, at, data) => {
      data.pm1_ugpm3 = uint16(bytes, at) / 10
      data.pm25_ugpm3 = uint16(bytes, at + 2) / 10
      data.pm4_ugpm3 = uint16(bytes, at + 4) / 10
      data.pm10_ugpm3 = uint16(bytes, at + 6) / 10
      data.particleSize_nm = uint16(bytes, at + 8)
      data.pm05Count_pcm3 = uint16(bytes, at + 10) / 10
      data.pm1Count_pcm3 = uint16(bytes, at + 12) / 10
      data.pm25Count_pcm3 = uint16(bytes, at + 14) / 10
      data.pm4Count_pcm3 = uint16(bytes, at + 16) / 10
      data.pm10Count_pcm3 = uint16(bytes, at + 18) / 10
    },
  },
  {
    words: 2,
    read: (bytes, at, data) => {
      data.temperature_Cel = (175.72 * uint16(bytes, at)) / 65536 - 46.85
      data.humidity_pctRH = (125 * uint16(bytes, at + 2)) / 65536 - 6
    },
  },
  {
    words: 1,
    read: (bytes, at, data) => {
      // Units of 2 Pa.
      data.pressure_hPa = uint16(bytes, at) / 50
    },
  },
]

function decodeUplink(input) {
  const bytes = input.bytes
  if (input.fPort !== PORT) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + PORT] }
  if (bytes.length < 5) return { errors: ['frame of ' + bytes.length + ' bytes, at least 5 are needed'] }
  if (bytes[0] !== PROTOCOL) return { errors: ['protocol version ' + bytes[0] + ' is unknown, expected ' + PROTOCOL] }
  const mask = uint16(bytes, 3)
  if (mask >> GROUPS.length !== 0) return { errors: ['unknown sensor group in the mask ' + mask] }
  const groups = GROUPS.filter((group, bit) => (mask & (1 << bit)) !== 0)
  const needed = groups.reduce((length, group) => length + 2 * group.words, 5)
  if (bytes.length !== needed) return { errors: ['frame of ' + bytes.length + ' bytes, its mask announces ' + needed] }
  const data = { deviceId: uint16(bytes, 1) }
  let at = 5
  for (const group of groups) {
    group.read(bytes, at, data)
    at += 2 * group.words
  }
  return { data: data }
}

// CRC-16/MODBUS: initial FFFF, reflected polynomial A001.
function crc16(bytes) {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}

function integerWithin(value, key, min, max) {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(key + ' must be a whole number from ' + min + ' to ' + max + ', not ' + value)
  }
  return value
}

function choice(value, key) {
  if (value !== undefined && typeof value !== 'boolean') throw new Error(key + ' must be true or false, not ' + value)
  return value === true
}

// [code, parameter]
function commandWords(command) {
  const saved = choice(command.save, 'save') ? 1 : 0
  switch (command.type) {
    case 'set-report-interval':
      return [0x0001 + saved, integerWithin(command.interval_s, 'interval_s', 1, 65535)]
    case 'set-send-period':
      return [0x0011 + saved, integerWithin(command.samples, 'samples', 1, 65535)]
    case 'set-adr':
      if (typeof command.enabled !== 'boolean') throw new Error('enabled must be true or false, not ' + command.enabled)
      return [(command.enabled ? 0x0005 : 0x0007) + saved, 0]
    case 'reboot':
      return [0xfefe, 0]
    default:
      throw new Error('unknown command ' + command.type)
  }
}

function encodeDownlink(input) {
  try {
    const words = commandWords(input.data)
    const bytes = [words[0] >> 8, words[0] & 0xff, words[1] >> 8, words[1] & 0xff]
    const crc = crc16(bytes)
    return { fPort: PORT, bytes: bytes.concat([crc >> 8, crc & 0xff]) }
  } catch (error) {
    return { errors: [error.message] }
  }
}

function decodeDownlink(input) {
  const bytes = input.bytes
  if (input.fPort !== PORT) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + PORT] }
  if (bytes.length !== 6) return { errors: ['command of ' + bytes.length + ' bytes, 6 are needed'] }
  if (crc16(Array.from(bytes).slice(0, 4)) !== uint16(bytes, 4)) return { errors: ['wrong checksum'] }
  const code = uint16(bytes, 0)
  const parameter = uint16(bytes, 2)
  if (code === 0x0001 || code === 0x0002) return { data: { type: 'set-report-interval', interval_s: parameter, save: code === 0x0002 } }
  if (code === 0x0011 || code === 0x0012) return { data: { type: 'set-send-period', samples: parameter, save: code === 0x0012 } }
  if (code >= 0x0005 && code <= 0x0008) return { data: { type: 'set-adr', enabled: code <= 0x0006, save: code % 2 === 0 } }
  if (code === 0xfefe) return { data: { type: 'reboot' } }
  return { errors: ['unknown command ' + code] }
}
