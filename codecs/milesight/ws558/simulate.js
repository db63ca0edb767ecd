// Bytes of a periodic report from vocabulary values: { power, energy (kWh), voltage, current, powerFactor }, and
// { relayClosed } of each channel: relay1 to relay8; a relay that is left out is open.

function uint16(value) {
  const held = Math.min(0xffff, Math.max(0, Math.round(value)))
  return [held & 0xff, held >> 8]
}

function uint32(value) {
  const held = Math.max(0, Math.round(value))
  return uint16(held % 0x10000).concat(uint16(Math.floor(held / 0x10000)))
}

function closedMask(values) {
  let mask = 0
  for (let relay = 1; relay <= 8; relay++) {
    const channel = values['relay' + relay]
    if (channel !== undefined && channel.relayClosed === true) mask |= 1 << (relay - 1)
  }
  return mask
}

function encodeUplink(values) {
  return {
    fPort: 85,
    bytes: [0x08, 0x31, 0x00, closedMask(values)]
      .concat([0x05, 0x81, Math.round(values.powerFactor * 100)])
      .concat([0x07, 0xc9], uint16(values.current * 1000))
      .concat([0x03, 0x74], uint16(values.voltage * 10))
      .concat([0x06, 0x83], uint32(values.energy * 1000))
      .concat([0x04, 0x80], uint32(values.power)),
  }
}
