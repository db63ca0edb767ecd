// VEGAPULS Air 41 and 42, radar level sensors. Big-endian; the packet id says which parts follow.

const DUMMY = 0xfe
const METRE = 45
const STATUS = ['good', 'function-check', 'maintenance-required', 'out-of-specification', 'failure']
const PACKETS = {
  2: { length: 11, position: false, vendorStatus: false },
  3: { length: 19, position: true, vendorStatus: false },
  4: { length: 15, position: false, vendorStatus: true },
  5: { length: 23, position: true, vendorStatus: true },
}

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

function int16(bytes, at) {
  return (uint16(bytes, at) << 16) >> 16
}

function uint32(bytes, at) {
  return uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2)
}

// IEEE 754, single precision. The sensor sends NaN for what it could not measure.
function float32(bytes, at) {
  const bits = uint32(bytes, at)
  const sign = bits >= 0x80000000 ? -1 : 1
  const exponent = (bits >>> 23) & 0xff
  const fraction = bits & 0x7fffff
  if (exponent === 0xff) return fraction === 0 ? sign * Infinity : NaN
  if (exponent === 0) return sign * fraction * Math.pow(2, -149)
  return sign * (0x800000 + fraction) * Math.pow(2, exponent - 150)
}

function readDistance(bytes, data, warnings) {
  const value = float32(bytes, 2)
  if (!Number.isFinite(value)) data.distanceStatus = 'invalid'
  else if (bytes[6] !== METRE) warnings.push('unit ' + bytes[6] + ' is unknown: the measured value is left out')
  else data.distance_m = value
}

function readPosition(bytes, at, data, warnings) {
  const latitude = float32(bytes, at)
  const longitude = float32(bytes, at + 4)
  if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) {
    data.latitude_deg = latitude
    data.longitude_deg = longitude
  } else warnings.push('the position is left out: ' + latitude + ', ' + longitude)
}

function decodeUplink(input) {
  const bytes = input.bytes
  if (bytes.length === 0) return { errors: ['empty frame'] }
  if (bytes[0] === DUMMY && bytes.length === 1) return { data: { frame: 'dummy' } }
  const packet = PACKETS[bytes[0]]
  if (packet === undefined) return { errors: ['packet ' + bytes[0] + ' of ' + bytes.length + ' bytes is unknown'] }
  if (bytes.length !== packet.length) {
    return { errors: ['packet ' + bytes[0] + ' of ' + bytes.length + ' bytes, ' + packet.length + ' are needed'] }
  }
  const data = {}
  const warnings = []
  if (STATUS[bytes[1]] === undefined) warnings.push('unknown status ' + bytes[1])
  else data.deviceStatus = STATUS[bytes[1]]
  readDistance(bytes, data, warnings)
  data.battery_pct = bytes[7]
  data.temperature_Cel = int16(bytes, 8) / 10
  if (packet.position) readPosition(bytes, 10, data, warnings)
  if (packet.vendorStatus) data.vendorStatus = uint32(bytes, bytes.length - 5)
  data.tilt_deg = bytes[bytes.length - 1]
  return { data: data, warnings: warnings }
}
