// Bytes of a periodic report from vocabulary values: { battery, distance }; a value that is not given is not sent.

function held(value, max) {
  return Math.min(max, Math.max(0, Math.round(value)))
}

function encodeUplink(values) {
  const bytes = values.battery === undefined ? [] : [0x01, 0x75, held(values.battery, 100)]
  if (values.distance !== undefined) {
    const millimetres = held(values.distance * 1000, 65535)
    bytes.push(0x03, 0x82, millimetres & 0xff, millimetres >> 8)
  }
  return { fPort: 85, bytes: bytes }
}
