// Adeunis Pulse (ARF8230, ARF8046 generation 3), two-channel pulse reader. Big-endian; pulses are given as they were counted.

const PORT = 1
const HIGHEST = 0xffffffff

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

function int16(bytes, at) {
  return (uint16(bytes, at) << 16) >> 16
}

function uint32(bytes, at) {
  return uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2)
}

function bit(value, index) {
  return ((value >> index) & 1) === 1
}

function readStatus(status, data) {
  data.frameCounter = status >> 5
  data.configurationInconsistent = bit(status, 3)
  data.hardwareError = bit(status, 2)
  data.lowBattery = bit(status, 1)
  data.configurationDone = bit(status, 0)
}

function readData(bytes, data) {
  data.frame = 'data'
  data.pulsesA = uint32(bytes, 2)
  data.pulsesB = uint32(bytes, 6)
}

function readFlowAlarm(bytes, data) {
  data.frame = 'flow-alarm'
  data.flowA = uint16(bytes, 2)
  data.flowB = uint16(bytes, 4)
}

function readKeepAlive(bytes, data) {
  data.frame = 'keep-alive'
  data.flowAlarmA = bit(bytes[2], 0)
  data.flowAlarmB = bit(bytes[2], 1)
  data.tamperA = bit(bytes[2], 2)
  data.tamperB = bit(bytes[2], 3)
  data.leakA = bit(bytes[2], 4)
  data.leakB = bit(bytes[2], 5)
  data.flowMaxA = uint16(bytes, 3)
  data.flowMaxB = uint16(bytes, 5)
  data.flowMinA = uint16(bytes, 7)
  data.flowMinB = uint16(bytes, 9)
}

// The older counters, newest first. One that no counter of 32 bits holds was not counted so: the list ends before it.
function olderCounters(bytes, latest, warnings) {
  const counters = []
  let counter = latest
  for (let at = 6; at < bytes.length; at += 2) {
    counter -= int16(bytes, at)
    if (counter < 0 || counter > HIGHEST) {
      warnings.push('older counter ' + counter + ' is impossible: it and those before it are left out')
      break
    }
    counters.push(counter)
  }
  return counters
}

// The frame does not carry the period between its counters: the device's variable `historyPeriod_s` gives it.
function dated(counters, input, warnings) {
  const text = input.variables === undefined ? undefined : input.variables.historyPeriod_s
  if (text === undefined) return null
  const period = Number(text)
  const received = new Date(input.recvTime).getTime()
  if (!Number.isInteger(period) || period < 60 || period > 2592000 || !Number.isFinite(received)) {
    warnings.push('historyPeriod_s must be a whole number from 60 to 2592000, not ' + text + ': older counters have no time')
    return null
  }
  return counters.map((pulses, index) => ({
    time: new Date(received - (index + 1) * period * 1000).toISOString(),
    pulses: pulses,
  }))
}

function readPeriodic(bytes, data, warnings, input) {
  const channel = bytes[0] === 0x5a ? 'A' : 'B'
  const latest = uint32(bytes, 2)
  const counters = olderCounters(bytes, latest, warnings)
  data.frame = 'periodic'
  data['pulses' + channel] = latest
  data['history' + channel] = counters
  const records = dated(counters, input, warnings)
  if (records !== null) data['records' + channel] = records
}

function readConfiguration(bytes, data, warnings) {
  warnings.push('frame ' + bytes[0].toString(16) + ' answers a configuration request and measures nothing')
}

// By the frame code; `step`: the length grows by so much.
const FRAMES = {
  0x46: { length: 10, read: readData },
  0x47: { length: 6, read: readFlowAlarm },
  0x30: { length: 11, read: readKeepAlive },
  0x5a: { length: 6, step: 2, read: readPeriodic },
  0x5b: { length: 6, step: 2, read: readPeriodic },
  0x10: { length: 28, read: readConfiguration },
  0x11: { length: 2, step: 1, read: readConfiguration },
  0x12: { length: 2, step: 1, read: readConfiguration },
}

function fits(length, frame) {
  if (frame.step === undefined) return length === frame.length
  return length >= frame.length && (length - frame.length) % frame.step === 0
}

function decodeUplink(input) {
  const bytes = input.bytes
  if (input.fPort !== PORT) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + PORT] }
  if (bytes.length === 0) return { errors: ['empty frame'] }
  const frame = FRAMES[bytes[0]]
  if (frame === undefined) return { errors: ['frame code ' + bytes[0].toString(16) + ' is unknown'] }
  if (!fits(bytes.length, frame)) {
    const needed = frame.step === undefined ? String(frame.length) : frame.length + ' and a multiple of ' + frame.step + ' more'
    return { errors: ['frame ' + bytes[0].toString(16) + ' of ' + bytes.length + ' bytes, ' + needed + ' are needed'] }
  }
  const data = {}
  const warnings = []
  frame.read(bytes, data, warnings, input)
  readStatus(bytes[1], data)
  return { data: data, warnings: warnings }
}
