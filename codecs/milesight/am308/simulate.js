// Bytes of a periodic report from vocabulary values: { battery, temperature, humidity, occupied, lightStep, co2, tvoc or airIndex,
// pressure, pm25, pm10, outputOn }; a value that is not given is not sent.

function held(value, min, max) {
  return Math.min(max, Math.max(min, Math.round(value)))
}

function uint16(value) {
  const bits = held(value, 0, 65535)
  return [bits & 0xff, bits >> 8]
}

function int16(value) {
  return uint16(held(value, -32768, 32767) & 0xffff)
}

// [name, channel, type, value in bytes]
const ITEMS = [
  ['battery', 0x01, 0x75, (value) => [held(value, 0, 100)]],
  ['temperature', 0x03, 0x67, (value) => int16(value * 10)],
  ['humidity', 0x04, 0x68, (value) => [held(value * 2, 0, 200)]],
  ['occupied', 0x05, 0x00, (value) => [value ? 1 : 0]],
  ['lightStep', 0x06, 0xcb, (value) => [held(value, 0, 5)]],
  ['co2', 0x07, 0x7d, uint16],
  ['airIndex', 0x08, 0x7d, (value) => uint16(value * 100)],
  ['tvoc', 0x08, 0xe6, uint16],
  ['pressure', 0x09, 0x73, (value) => uint16(value * 10)],
  ['pm25', 0x0b, 0x7d, uint16],
  ['pm10', 0x0c, 0x7d, uint16],
  ['outputOn', 0x0e, 0x01, (value) => [value ? 1 : 0]],
]

function encodeUplink(values) {
  const items = ITEMS.map(([name, channel, type, write]) => (values[name] === undefined ? [] : [channel, type].concat(write(values[name]))))
  return { fPort: 85, bytes: [].concat(...items) }
}
