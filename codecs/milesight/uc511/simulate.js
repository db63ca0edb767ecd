// Bytes of a periodic report from vocabulary values: { battery, pipePressure (Pa) }, and of the channels valve1 and valve2,
// each { valveOpen, pulses, input }. What is left out is not in the frame.

function little(value, length) {
  const bytes = []
  for (let i = 0, rest = Math.max(0, Math.round(value)); i < length; i++, rest = Math.floor(rest / 0x100)) bytes.push(rest % 0x100)
  return bytes
}

// Items of a channel: its valve's state, its pulse counter, its input.
function channel(values, state, counter, input) {
  if (values === undefined) return []
  const bytes = []
  if (values.valveOpen !== undefined) bytes.push(state, 0x01, values.valveOpen ? 1 : 0)
  if (values.pulses !== undefined) bytes.push(counter, 0xc8, ...little(values.pulses, 4))
  if (values.input !== undefined) bytes.push(input, 0x01, values.input ? 1 : 0)
  return bytes
}

function encodeUplink(values) {
  const pressure = values.pipePressure === undefined ? [] : [0x09, 0x7b].concat(little(values.pipePressure / 1000, 2))
  return {
    fPort: 85,
    bytes: [0x01, 0x75, Math.round(values.battery)]
      .concat(channel(values.valve1, 0x03, 0x04, 0x07))
      .concat(channel(values.valve2, 0x05, 0x06, 0x08))
      .concat(pressure),
  }
}
