// Quandify CubicMeter 1.1, clamp-on ultrasonic water meter. Little-endian; volumes are whole litres in the frame, m3 here.

const STATUS_PORT = 1
const RESPONSE_PORT = 6
const STATUS_LENGTH = 28
const RESPONSE_STATUS = ['ok', 'command-error', 'payload-error', 'value-error']
const APP_STATES = { 3: 'ready', 4: 'pipe-selection', 5: 'metering' }
const PIPES = {
  0: 'custom',
  1: 'copper-15',
  2: 'copper-18',
  3: 'copper-22',
  4: 'chrome-15',
  5: 'chrome-18',
  6: 'chrome-22',
  7: 'pal-16',
  8: 'pal-20',
  9: 'pal-25',
  14: 'pex-16',
  15: 'pex-20',
  16: 'pex-25',
  17: 'distribution',
}
const LOW_BATTERY = 3.1

function uint16(bytes, at) {
  return bytes[at] + bytes[at + 1] * 0x100
}

function uint32(bytes, at) {
  return uint16(bytes, at) + uint16(bytes, at + 2) * 0x10000
}

function volts(byte) {
  return (1800 + 8 * byte) / 1000
}

function celsius(byte) {
  return byte * 0.5 - 20
}

function readStatus(bytes, at, data) {
  const condition = uint16(bytes, at + 4)
  data.errorCode = condition & 0x7fff
  data.sensing = (condition & 0x8000) === 0
  data.volume_m3 = uint32(bytes, at + 6) / 1000
  data.leakLevel = bytes[at + 22]
  data.batteryActive_V = volts(bytes[at + 23])
  data.battery_V = volts(bytes[at + 24])
  data.lowBattery = data.battery_V <= LOW_BATTERY
  data.waterTemperatureMin_Cel = celsius(bytes[at + 25])
  data.waterTemperatureMax_Cel = celsius(bytes[at + 26])
  data.ambientTemperature_Cel = celsius(bytes[at + 27])
}

function readNamed(code, key, names, data, warnings) {
  if (names[code] === undefined) warnings.push('unknown ' + key + ' ' + code)
  else data[key] = names[code]
}

function readHardware(bytes, at, data, warnings) {
  data.firmwareVersion = bytes[at + 3] + '.' + bytes[at + 2] + '.' + uint16(bytes, at)
  data.hardwareVersion = String(bytes[at + 4])
  readNamed(bytes[at + 5], 'appState', APP_STATES, data, warnings)
  readNamed(bytes[at + 28], 'pipe', PIPES, data, warnings)
}

function readSettings(bytes, at, data) {
  data.reportInterval_s = uint32(bytes, at + 5)
}

// By the type of a response: length of the body, and what it says.
const REPORTS = {
  0: { length: 0, read: () => {} },
  1: { length: STATUS_LENGTH, read: readStatus },
  2: { length: 35, read: readHardware },
  4: { length: 38, read: readSettings },
}

function decodeStatus(bytes) {
  if (bytes.length !== STATUS_LENGTH) return { errors: ['status report of ' + bytes.length + ' bytes, ' + STATUS_LENGTH + ' are needed'] }
  const data = { frame: 'status' }
  readStatus(bytes, 0, data)
  return { data: data }
}

function decodeResponse(bytes) {
  if (bytes.length < 3) return { errors: ['response of ' + bytes.length + ' bytes, at least 3 are needed'] }
  const status = RESPONSE_STATUS[bytes[1]]
  if (status === undefined) return { errors: ['response status ' + bytes[1] + ' is unknown'] }
  const report = REPORTS[bytes[2]]
  if (report === undefined) return { errors: ['response type ' + bytes[2] + ' is unknown'] }
  if (bytes.length !== 3 + report.length) {
    return { errors: ['response of type ' + bytes[2] + ' of ' + bytes.length + ' bytes, ' + (3 + report.length) + ' are needed'] }
  }
  const data = { frame: 'response', requestPort: bytes[0], responseStatus: status }
  const warnings = []
  report.read(bytes, 3, data, warnings)
  return { data: data, warnings: warnings }
}

function decodeUplink(input) {
  if (input.fPort === STATUS_PORT) return decodeStatus(input.bytes)
  if (input.fPort === RESPONSE_PORT) return decodeResponse(input.bytes)
  return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + STATUS_PORT + ' or ' + RESPONSE_PORT] }
}
