// Bytes of a periodic report from vocabulary values:
// { battery, temperature, humidity, pressure, windDirection, windSpeed, rainTotal }.

function uint16(value) {
  const held = Math.min(0xffff, Math.max(0, Math.round(value)))
  return [held & 0xff, held >> 8]
}

function uint32(value) {
  const held = Math.max(0, Math.round(value))
  return uint16(held % 0x10000).concat(uint16(Math.floor(held / 0x10000)))
}

function encodeUplink(values) {
  const temperature = Math.round(values.temperature * 10)
  return {
    fPort: 85,
    bytes: [0x01, 0x75, Math.round(values.battery)]
      .concat([0x03, 0x67, temperature & 0xff, (temperature >> 8) & 0xff])
      .concat([0x04, 0x68, Math.round(values.humidity * 2)])
      .concat([0x05, 0x84], uint16(values.windDirection * 10))
      .concat([0x06, 0x73], uint16(values.pressure * 10))
      .concat([0x07, 0x92], uint16(values.windSpeed * 10))
      .concat([0x08, 0xec], uint32(values.rainTotal * 100), [0]),
  }
}
