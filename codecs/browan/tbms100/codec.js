// Browan TBMS100, Tabs motion sensor. Eight bytes on fPort 102, little-endian.

const PORT = 102

function uint16(bytes, at) {
  return bytes[at] + bytes[at + 1] * 0x100
}

function decodeUplink(input) {
  const bytes = input.bytes
  if (input.fPort !== PORT) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + PORT] }
  if (bytes.length === 0) return { errors: ['empty frame'] }
  if (bytes.length !== 8) return { errors: ['frame of ' + bytes.length + ' bytes, 8 are needed'] }
  // It would read as a free room at -32 degC with a flat battery.
  if (Array.from(bytes).every((byte) => byte === 0)) return { errors: ['frame of zeroes, it says nothing'] }
  return {
    data: {
      occupied: (bytes[0] & 0x01) === 1,
      battery_V: (25 + (bytes[1] & 0x0f)) / 10,
      temperature_Cel: (bytes[2] & 0x7f) - 32,
      timeSinceMotion_min: uint16(bytes, 3),
      motionCount: uint16(bytes, 5) + bytes[7] * 0x10000,
    },
  }
}
