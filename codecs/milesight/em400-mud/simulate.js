// Bytes of a periodic report from vocabulary values: { battery, temperature, distance, tilt }.

function encodeUplink(values) {
  const temperature = Math.round(values.temperature * 10)
  const distance = Math.min(65535, Math.max(0, Math.round(values.distance * 1000)))
  return {
    fPort: 85,
    bytes: [
      0x01, 0x75, Math.round(values.battery),
      0x03, 0x67, temperature & 0xff, (temperature >> 8) & 0xff,
      0x04, 0x82, distance & 0xff, distance >> 8,
      0x05, 0x00, values.tilt ? 1 : 0,
    ],
  }
}
