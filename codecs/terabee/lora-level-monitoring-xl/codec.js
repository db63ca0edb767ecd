// Terabee LoRa Level Monitoring XL, time of flight. Six bytes, big-endian.

const DISTANCE_STATUS = { 0: 'too-close', 1: 'invalid', 65535: 'too-far' }
const INVALID_LEVEL = 255

const ALARMS = ['unexpected-reset', 'radio-awake', 'battery-failed', 'sensor-silent']

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

function readDistance(bytes, data) {
  const millimetres = uint16(bytes, 0)
  const status = DISTANCE_STATUS[millimetres]
  if (status === undefined) data.distance_m = millimetres / 1000
  else data.distanceStatus = status
}

function readLevel(bytes, data) {
  if (bytes[2] === INVALID_LEVEL) data.fillStatus = 'invalid'
  else data.fill_pct = bytes[2]
}

function decodeUplink(input) {
  const bytes = input.bytes
  if (bytes.length === 0) return { errors: ['empty frame'] }
  if (bytes.length !== 6) return { errors: ['frame of ' + bytes.length + ' bytes, 6 are needed'] }
  const alarms = ALARMS.filter((name, bit) => (bytes[5] & (1 << bit)) !== 0)
  const data = { alarms: alarms }
  const warnings = alarms.map((name) => 'the device reports ' + name)
  if (bytes[5] >> ALARMS.length !== 0) warnings.push('unknown error bits ' + bytes[5])
  // What an alarm speaks of was not measured; the rest of the frame was.
  if (!alarms.includes('sensor-silent')) {
    readDistance(bytes, data)
    readLevel(bytes, data)
  }
  if (!alarms.includes('battery-failed')) data.battery_V = uint16(bytes, 3) / 1000
  return { data: data, warnings: warnings }
}
