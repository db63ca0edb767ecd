// Bytes of a report from vocabulary values: { occupied, levelAlarm, magneticAlarm, lowBattery, batteryVoltage }; alarms may be left out.

// Magnetic field X, Y, Z of a free place, and of one with a car above the sensor.
const FREE = [121, -80, -11]
const COVERED = [-500, 1200, 340]
const LEVEL_COVERED = 120

function word(bytes, value) {
  bytes.push((value >> 8) & 0xff, value & 0xff)
}

function nibbles(high, low) {
  return (high ? 0x10 : 0) | (low ? 0x01 : 0)
}

function encodeUplink(values) {
  const bytes = [0x80, 0x00, 0x02, 0x01, 21]
  word(bytes, values.occupied ? LEVEL_COVERED : 0)
  bytes.push(nibbles(values.occupied, values.levelAlarm), nibbles(values.magneticAlarm, values.lowBattery))
  word(bytes, Math.min(65535, Math.max(0, Math.round(values.batteryVoltage * 100))))
  for (const field of values.occupied ? COVERED : FREE) word(bytes, field)
  bytes.push(0, 0, 0, 0x81)
  return { fPort: 3, bytes: bytes }
}
