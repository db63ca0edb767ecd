// Bytes of a sample from vocabulary values: { soilMoisture (%), soilTemperature, soilConductivity (S/m), batteryVoltage }.

function word(bytes, value) {
  const held = Math.min(65535, Math.max(0, Math.round(value)))
  bytes.push(held >> 8, held & 0xff)
}

function encodeUplink(values) {
  const bytes = [2, 0, 0, 0, 3]
  word(bytes, ((values.soilMoisture / 100 + 0.6956) / 0.0003879) * 10)
  word(bytes, values.soilTemperature * 10 + 32768)
  word(bytes, values.soilConductivity * 10000)
  word(bytes, values.batteryVoltage * 1000)
  return { fPort: 1, bytes: bytes }
}
