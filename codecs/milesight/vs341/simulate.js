// Bytes of a report from vocabulary values: { battery, occupied }; a value that is not given is not sent.

function encodeUplink(values) {
  const bytes = values.battery === undefined ? [] : [0x01, 0x75, Math.min(100, Math.max(0, Math.round(values.battery)))]
  if (values.occupied !== undefined) bytes.push(0x03, 0x00, values.occupied ? 1 : 0)
  return { fPort: 85, bytes: bytes }
}
