// Bytes of a packet of measurements from vocabulary values; what is not given is left out of the packet:
// { time, energyT1, energyT2, energyExportT1, energyExportT2 (kWh), voltageL1 … L3, current, currentL1 … L3, power,
// powerL1 … L3, powerFactorL1 … L3, frequency }

// vocabulary name: type, bytes of the value, raw number of one unit
const TYPES = {
  energyT1: [0x04, 4, 1000],
  energyT2: [0x05, 4, 1000],
  energyExportT1: [0x06, 4, 1000],
  energyExportT2: [0x07, 4, 1000],
  voltageL1: [0x0c, 4, 10],
  voltageL2: [0x0d, 4, 10],
  voltageL3: [0x0e, 4, 10],
  current: [0x0f, 4, 1000],
  currentL1: [0x10, 4, 1000],
  currentL2: [0x11, 4, 1000],
  currentL3: [0x12, 4, 1000],
  power: [0x13, 4, 1],
  powerL1: [0x14, 4, 1],
  powerL2: [0x15, 4, 1],
  powerL3: [0x16, 4, 1],
  powerFactorL1: [0x1d, 1, 100],
  powerFactorL2: [0x1e, 1, 100],
  powerFactorL3: [0x1f, 1, 100],
  frequency: [0x23, 2, 100],
}

// Big-endian, two's complement.
function item(type, length, raw) {
  const bytes = [0x01, type]
  for (let place = length - 1; place >= 0; place--) bytes.push(Math.floor(raw / Math.pow(256, place)) & 0xff)
  return bytes
}

function encodeUplink(values) {
  const time = values.time === undefined ? [] : item(0x01, 4, Math.floor(Date.parse(values.time) / 1000))
  const names = Object.keys(TYPES).filter((name) => values[name] !== undefined)
  const bytes = names.reduce((packet, name) => {
    const type = TYPES[name]
    return packet.concat(item(type[0], type[1], Math.round(values[name] * type[2])))
  }, time)
  return { fPort: 1, bytes: bytes }
}
