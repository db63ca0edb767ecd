// Bytes of a test frame from vocabulary values; what is not given is left out of the frame:
// { temperature, latitude, longitude, fixQuality, satellites, uplinksSent, downlinksHeard, batteryVoltage, downlinkRssi,
// downlinkSnr, button, moved }

const QUALITIES = { good: 1, average: 2, poor: 3 }

function held(value, min, max) {
  return Math.min(max, Math.max(min, Math.round(value)))
}

// Seven decimal digits, degrees and minutes, and the hemisphere as the eighth half-byte.
function coordinate(degrees, degreeDigits) {
  const perMinute = Math.pow(10, 5 - degreeDigits)
  const units = Math.round(Math.abs(degrees) * 60 * perMinute)
  const whole = Math.floor(units / (60 * perMinute))
  const digits = String(whole * 100 * perMinute + (units % (60 * perMinute))).padStart(7, '0') + (degrees < 0 ? '1' : '0')
  return [0, 2, 4, 6].map((at) => parseInt(digits.slice(at, at + 2), 16))
}

function position(values) {
  const quality = (QUALITIES[values.fixQuality] || 1) << 4
  return coordinate(values.latitude, 2).concat(coordinate(values.longitude, 3), [quality | held(values.satellites || 0, 0, 15)])
}

// The bit that announces a part, whether it is there, its bytes.
function parts(values) {
  const millivolts = held(values.batteryVoltage * 1000, 0, 65535)
  return [
    [7, values.temperature, () => [held(values.temperature, -128, 127) & 0xff]],
    [4, values.latitude, () => position(values)],
    [3, values.uplinksSent, () => [values.uplinksSent & 0xff]],
    [2, values.downlinksHeard, () => [values.downlinksHeard & 0xff]],
    [1, values.batteryVoltage, () => [millivolts >> 8, millivolts & 0xff]],
    [0, values.downlinkRssi, () => [held(-values.downlinkRssi, 0, 255), held(values.downlinkSnr || 0, -128, 127) & 0xff]],
  ]
}

function encodeUplink(values) {
  const present = parts(values).filter((part) => part[1] !== undefined)
  const triggers = (values.moved ? 0x40 : 0) | (values.button ? 0x20 : 0)
  const presence = present.reduce((bits, part) => bits | (1 << part[0]), triggers)
  return { fPort: 1, bytes: present.reduce((bytes, part) => bytes.concat(part[2]()), [presence]) }
}
