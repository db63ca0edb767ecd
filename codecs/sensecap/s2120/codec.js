// SenseCAP S2120, eight-in-one weather station. A sequence of blocks (id, then a body of fixed length), big-endian.

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

function int16(bytes, at) {
  return (uint16(bytes, at) << 16) >> 16
}

function uint32(bytes, at) {
  return uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2)
}

function readAir(bytes, at, data) {
  data.temperature_Cel = int16(bytes, at) / 10
  data.humidity_pctRH = bytes[at + 2]
  data.illuminance_lx = uint32(bytes, at + 3)
  data.uvIndex = bytes[at + 7] / 10
  data.windSpeed_mps = uint16(bytes, at + 8) / 10
}

function readWindAndRain(bytes, at, data) {
  data.windDirection_deg = uint16(bytes, at)
  data.rainRate_mmph = uint32(bytes, at + 2) / 1000
  data.pressure_hPa = uint16(bytes, at + 6) / 10
}

function readGust(bytes, at, data) {
  data.windGust_mps = uint16(bytes, at) / 10
  data.rainTotal_mm = uint32(bytes, at + 2) / 1000
}

function readBattery(bytes, at, data) {
  data.battery_pct = bytes[at]
}

function readIntervals(bytes, at, data) {
  data.measureInterval_s = uint16(bytes, at) * 60
  data.gpsInterval_s = uint16(bytes, at + 2) * 60
}

function readDevice(bytes, at, data) {
  readBattery(bytes, at, data)
  data.hardwareVersion = bytes[at + 1] + '.' + bytes[at + 2]
  data.firmwareVersion = bytes[at + 3] + '.' + bytes[at + 4]
  readIntervals(bytes, at + 5, data)
}

function readError(bytes, at, data) {
  data.errorCode = bytes[at]
}

const BLOCKS = {
  0x01: { length: 10, read: readAir },
  0x02: { length: 8, read: readWindAndRain },
  0x03: { length: 1, read: readBattery },
  0x04: { length: 9, read: readDevice },
  0x05: { length: 4, read: readIntervals },
  0x06: { length: 1, read: readError },
  // stations that add up the rain
  0x4a: { length: 10, read: readAir },
  0x4b: { length: 8, read: readWindAndRain },
  0x4c: { length: 6, read: readGust },
}

function decodeUplink(input) {
  const bytes = input.bytes
  if (bytes.length === 0) return { errors: ['empty frame'] }
  const data = {}
  const warnings = []
  let at = 0
  while (at < bytes.length) {
    const block = BLOCKS[bytes[at]]
    if (block === undefined) {
      // Without its length nothing behind an unknown block can be read.
      const unknown = 'unknown block ' + bytes[at].toString(16) + ' at byte ' + at
      if (at === 0) return { errors: [unknown] }
      warnings.push(unknown + ': the rest of the frame is left out')
      break
    }
    if (at + 1 + block.length > bytes.length) return { errors: ['frame ends within block ' + bytes[at].toString(16)] }
    block.read(bytes, at + 1, data)
    at += 1 + block.length
  }
  return { data: data, warnings: warnings }
}
