// Bytes of a report from vocabulary values: { rain (mm in the ten minutes before), rainTotal (mm), batteryVoltage }; a bucket of 0.1 mm.

const INTERVAL = 600

function word(bytes, value) {
  const held = Math.min(65535, Math.max(0, Math.round(value)))
  bytes.push(held >> 8, held & 0xff)
}

function encodeUplink(values) {
  const total = Math.min(4294967295, Math.max(0, Math.round(values.rainTotal * 10)))
  const bytes = [2, 0, 0, 0, 3]
  word(bytes, values.rain * 10)
  word(bytes, INTERVAL)
  word(bytes, total % 0x10000)
  word(bytes, Math.floor(total / 0x10000))
  word(bytes, values.batteryVoltage * 1000)
  return { fPort: 1, bytes: bytes }
}
