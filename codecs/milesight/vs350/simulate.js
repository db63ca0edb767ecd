// Bytes of a periodic report from vocabulary values: { time, battery, temperature, countIn, countOut, entries, exits }.

function uint16(value) {
  // The device's own totals begin again at 65536.
  const held = Math.max(0, Math.round(value)) % 0x10000
  return [held & 0xff, held >> 8]
}

function uint32(value) {
  const held = Math.max(0, Math.floor(value))
  return uint16(held % 0x10000).concat(uint16(Math.floor(held / 0x10000)))
}

function encodeUplink(values) {
  const temperature = Math.round(values.temperature * 10)
  return {
    fPort: 85,
    bytes: [0x0a, 0xef]
      .concat(uint32(Date.parse(values.time) / 1000))
      .concat([0x01, 0x75, Math.round(values.battery), 0x03, 0x67, temperature & 0xff, (temperature >> 8) & 0xff])
      .concat([0x04, 0xcc], uint16(values.countIn), uint16(values.countOut))
      .concat([0x05, 0xcc], uint16(values.entries), uint16(values.exits)),
  }
}
