// Elsys ERS family, room sensors. A sequence of items: type, then a value of fixed length, big-endian.

const OCCUPANCY_MAX = 2

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

function int16(bytes, at) {
  return (uint16(bytes, at) << 16) >> 16
}

function int8(bytes, at) {
  return (bytes[at] << 24) >> 24
}

function uint32(bytes, at) {
  return uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2)
}

function number8(key) {
  return {
    length: 1,
    read: (bytes, at, data) => {
      data[key] = bytes[at]
    },
  }
}

function number16(key, divisor) {
  return {
    length: 2,
    read: (bytes, at, data) => {
      data[key] = uint16(bytes, at) / divisor
    },
  }
}

function number32(key, divisor) {
  return {
    length: 4,
    read: (bytes, at, data) => {
      data[key] = uint32(bytes, at) / divisor
    },
  }
}

function temperature(key) {
  return {
    length: 2,
    read: (bytes, at, data) => {
      data[key] = int16(bytes, at) / 10
    },
  }
}

function digital(key) {
  return {
    length: 1,
    read: (bytes, at, data, warnings) => {
      if (bytes[at] > 1) warnings.push(key + ' is ' + bytes[at] + ', neither 0 nor 1')
      else data[key] = bytes[at] === 1
    },
  }
}

const ITEMS = {
  0x01: temperature('temperature_Cel'),
  0x02: number8('humidity_pctRH'),
  0x03: {
    length: 3,
    read: (bytes, at, data) => {
      data.accelX = int8(bytes, at)
      data.accelY = int8(bytes, at + 1)
      data.accelZ = int8(bytes, at + 2)
    },
  },
  0x04: number16('illuminance_lx', 1),
  0x05: number8('motionCount'),
  0x06: number16('co2_ppm', 1),
  0x07: number16('battery_V', 1000),
  0x08: number16('analog1_V', 1000),
  0x0a: number16('pulsesSinceLast', 1),
  0x0b: number32('pulses', 1),
  0x0c: temperature('externalTemperature_Cel'),
  0x0d: digital('input1'),
  0x0e: number16('distance_m', 1000),
  0x0f: number8('accelerationMotion'),
  0x10: {
    length: 4,
    read: (bytes, at, data) => {
      data.irInternal_Cel = int16(bytes, at) / 10
      data.irExternal_Cel = int16(bytes, at + 2) / 10
    },
  },
  0x11: {
    length: 1,
    read: (bytes, at, data, warnings) => {
      if (bytes[at] > OCCUPANCY_MAX) warnings.push('unknown occupancy ' + bytes[at])
      else data.occupancy = bytes[at]
    },
  },
  0x12: number8('waterLeak'),
  // thermal image: known, says nothing to us
  0x13: { length: 65, read: null },
  0x14: number32('pressure_hPa', 1000),
  0x15: {
    length: 2,
    read: (bytes, at, data) => {
      data.soundPeak_dB = bytes[at]
      data.soundMean_dB = bytes[at + 1]
    },
  },
  0x16: number16('pulses2SinceLast', 1),
  0x17: number32('pulses2', 1),
  0x18: number16('analog2_V', 1000),
  // comes once per probe
  0x19: {
    length: 2,
    read: (bytes, at, data) => {
      if (data.externalTemperatures2_Cel === undefined) data.externalTemperatures2_Cel = []
      data.externalTemperatures2_Cel.push(int16(bytes, at) / 10)
    },
  },
  0x1a: digital('input2'),
  0x1b: {
    length: 4,
    read: (bytes, at, data) => {
      data.analog_V = ((uint16(bytes, at) << 16) | uint16(bytes, at + 2)) / 1000000
    },
  },
}

function decodeUplink(input) {
  const bytes = input.bytes
  if (bytes.length === 0) return { errors: ['empty frame'] }
  const data = {}
  const warnings = []
  let at = 0
  while (at < bytes.length) {
    const item = ITEMS[bytes[at]]
    if (item === undefined) {
      // Without its length nothing behind an unknown item can be read.
      const unknown = 'unknown item ' + bytes[at].toString(16) + ' at byte ' + at
      if (at === 0) return { errors: [unknown] }
      warnings.push(unknown + ': the rest of the frame is left out')
      break
    }
    if (at + 1 + item.length > bytes.length) return { errors: ['frame ends within item ' + bytes[at].toString(16)] }
    if (item.read !== null) item.read(bytes, at + 1, data, warnings)
    at += 1 + item.length
  }
  return { data: data, warnings: warnings }
}
