// Bytes of a status or usage frame from vocabulary values. `frame` says which:
// status { time, level, levelSource, lampOn, lampFailure, temperature, relayClosed, tiltAngle }
// usage  { energy (kWh), power (W), powerFactor, voltage, lampOnTime (s) }

const SOURCE_CODES = { program: 0x00, calendar: 0x50, manual: 0xfd, fallback: 0xf8, off: 0xf5 }

function uint16(value) {
  const held = Math.min(0xffff, Math.max(0, Math.round(value)))
  return [held & 0xff, held >> 8]
}

function uint32(value) {
  const held = Math.max(0, Math.round(value))
  return uint16(held % 0x10000).concat(uint16(Math.floor(held / 0x10000)))
}

function status(values) {
  const source = SOURCE_CODES[values.levelSource]
  const lamp = (values.lampFailure ? 0x02 : 0) | (values.lampOn ? 0x04 : 0)
  return [0x01]
    .concat(uint32(Math.floor(Date.parse(values.time) / 1000)))
    .concat([
      values.relayClosed ? 0x80 : 0,
      0xc0,
      Math.round(-values.downlinkRssi),
      Math.round(values.downlinkSnr) & 0xff,
      Math.round(values.temperature) & 0xff,
      values.lampFailure ? 0x20 : 0,
      2,
      0x08,
      Math.round(values.tiltAngle),
      0xfe,
      source === undefined ? 0x21 : source,
      Math.round(values.level),
      lamp,
    ])
}

function usage(values) {
  return [0x00, 0xff, 0xb3]
    .concat(uint32(values.energy * 1000))
    .concat(uint16(values.power))
    .concat([Math.round(values.powerFactor * 100), Math.min(255, Math.round(values.voltage))])
    .concat(uint32(values.lampOnTime))
}

function encodeUplink(values) {
  return values.frame === 'usage' ? { fPort: 26, bytes: usage(values) } : { fPort: 23, bytes: status(values) }
}
