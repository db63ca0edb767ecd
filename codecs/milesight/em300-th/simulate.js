// Bytes of a periodic report from vocabulary values: { battery, temperature, humidity }; a value that is not given is not sent.

function held(value, min, max) {
  return Math.min(max, Math.max(min, Math.round(value)))
}

function int16(value) {
  const bits = held(value, -32768, 32767) & 0xffff
  return [bits & 0xff, bits >> 8]
}

function encodeUplink(values) {
  const items = [
    values.battery === undefined ? [] : [0x01, 0x75, held(values.battery, 0, 100)],
    values.temperature === undefined ? [] : [0x03, 0x67].concat(int16(values.temperature * 10)),
    values.humidity === undefined ? [] : [0x04, 0x68, held(values.humidity * 2, 0, 200)],
  ]
  return { fPort: 85, bytes: [].concat(...items) }
}
