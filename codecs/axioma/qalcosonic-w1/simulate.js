// Bytes of an hourly frame from vocabulary values: { time, volume, history: [{ time, volume }], lowBattery, leak, … }.

function putUint16(bytes, value) {
  bytes.push(value & 0xff, (value >> 8) & 0xff)
}

function putUint32(bytes, value) {
  putUint16(bytes, value % 0x10000)
  putUint16(bytes, Math.floor(value / 0x10000))
}

function seconds(time) {
  return Math.floor(Date.parse(time) / 1000)
}

function litres(volume) {
  return Math.round(volume * 1000)
}

function statusOf(values) {
  const causes = [
    [values.burst, 5],
    [values.backflow, 3],
    [values.leak, 1],
    [values.frost, 4],
    [values.dryPipe, 0],
  ]
  const cause = causes.find((entry) => entry[0] === true)
  return (values.lowBattery ? 0x04 : 0) | (values.fault ? 0x08 : 0) | (cause === undefined ? 0 : 0x10 | (cause[1] << 5))
}

function encodeUplink(values) {
  const history = values.history !== undefined && values.history.length > 0 ? values.history : [values]
  const bytes = []
  putUint32(bytes, seconds(values.time))
  bytes.push(statusOf(values))
  putUint32(bytes, litres(values.volume))
  putUint32(bytes, seconds(history[0].time))
  putUint32(bytes, litres(history[0].volume))
  for (let i = 1; i < history.length; i++) {
    putUint16(bytes, Math.min(0xffff, Math.max(0, litres(history[i].volume) - litres(history[i - 1].volume))))
  }
  return { fPort: 100, bytes: bytes }
}
