// SLSCorp VOLC2180 / NLN500A, street-light controller. Big-endian, unsigned; the first byte is the message code.

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

function uint24(bytes, at) {
  return bytes[at] * 0x10000 + uint16(bytes, at + 1)
}

function uint32(bytes, at) {
  return uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2)
}

function readMeter(bytes, data, warnings) {
  data.frame = 'meter'
  // 250 is full light.
  if (bytes[1] > 250) warnings.push('dimming level ' + bytes[1] + ' is above 250 and left out')
  else data.level_pct = bytes[1] / 2.5
  data.power_W = uint16(bytes, 2)
  data.energy_Wh = uint24(bytes, 4)
  data.powerFactor = uint16(bytes, 7) / 1000
  data.current_A = uint16(bytes, 9) / 1000
  data.voltage_V = uint32(bytes, 11) / 1000
}

function readMeterAlarm(bytes, data, warnings) {
  readMeter(bytes, data, warnings)
  data.frame = 'meter-alarm'
  // Above 127 it may as well be a frost that the layout takes for unsigned.
  if (bytes[15] > 127) warnings.push('temperature byte ' + bytes[15] + ' may be negative and is left out')
  else data.temperature_Cel = bytes[15]
}

function readRadio(bytes, data) {
  data.frame = 'radio'
  data.txPowerCode = bytes[1]
  data.dataRate = bytes[2]
}

function readPhotocell(bytes, data) {
  data.frame = 'photocell'
  data.photocellRaw = uint16(bytes, 1)
}

// The scales are not known: raw numbers, in the order of the documentation.
function readCommissioning(bytes, data, warnings) {
  data.frame = 'commissioning'
  data.latitudeRaw = uint32(bytes, 1)
  data.longitudeRaw = uint32(bytes, 5)
  data.operationMode = bytes[9]
  data.deviceMode = bytes[10]
  data.timezoneRaw = uint32(bytes, 11)
  data.alarmMask = uint16(bytes, 15)
  data.highVoltageThreshold = uint16(bytes, 17)
  data.lowVoltageThreshold = uint16(bytes, 19)
  data.highCurrentThreshold = uint16(bytes, 21)
  data.lowCurrentThreshold = uint16(bytes, 23)
  data.lowPowerFactorThreshold = bytes[25]
  data.maxBurnHours = uint16(bytes, 26)
  data.temperatureThreshold = bytes[28]
  warnings.push('2 of the 31 bytes of a commissioning frame are not documented: its fields are raw and may be displaced')
}

const FRAMES = {
  0x00: { length: 16, read: readMeterAlarm },
  0x05: { length: 3, read: readRadio },
  0x07: { length: 3, read: readRadio },
  0x37: { length: 31, read: readCommissioning },
  0x39: { length: 31, read: readCommissioning },
  0x58: { length: 15, read: readMeter },
  0x6a: { length: 3, read: readPhotocell },
}

function decodeUplink(input) {
  const bytes = input.bytes
  if (bytes.length === 0) return { errors: ['empty frame'] }
  const frame = FRAMES[bytes[0]]
  if (frame === undefined) return { errors: ['message code ' + bytes[0].toString(16) + ' is unknown'] }
  if (bytes.length !== frame.length) {
    return { errors: ['message ' + bytes[0].toString(16) + ' of ' + bytes.length + ' bytes, ' + frame.length + ' are needed'] }
  }
  const data = {}
  const warnings = []
  frame.read(bytes, data, warnings)
  return { data: data, warnings: warnings }
}
