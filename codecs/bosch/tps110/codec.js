// Bosch TPS110, parking lot sensor. One kind of frame per port.

const RESET_CAUSES = { 1: 'watchdog', 2: 'power-on', 3: 'system-request', 4: 'other' }
const SILENT = { 4: 'device information', 5: 'usage', 6: 'debugging' }

function occupied(byte) {
  return (byte & 1) === 1
}

function readStatus(bytes) {
  if (bytes.length !== 1) return { errors: ['status frame of ' + bytes.length + ' bytes, 1 is needed'] }
  return { data: { frame: 'status', occupied: occupied(bytes[0]) } }
}

function readHeartbeat(bytes) {
  if (bytes.length !== 1 && bytes.length !== 2) return { errors: ['heartbeat of ' + bytes.length + ' bytes, 1 or 2 are needed'] }
  const data = { frame: 'heartbeat', occupied: occupied(bytes[0]) }
  if (bytes.length === 2) data.temperature_Cel = (bytes[1] << 24) >> 24
  return { data: data }
}

// Three codes of 12 bits, each in its own four bytes; 0 says nothing.
function debugCodes(bytes) {
  return [0, 4, 8].map((at) => bytes[at] | ((bytes[at + 1] & 0x0f) << 8)).filter((code) => code !== 0)
}

function readStartup(bytes) {
  if (bytes.length !== 17) return { errors: ['start-up frame of ' + bytes.length + ' bytes, 17 are needed'] }
  const data = {
    frame: 'startup',
    debugCodes: debugCodes(bytes),
    firmwareVersion: bytes[12] + '.' + bytes[13] + '.' + bytes[14],
    occupied: occupied(bytes[16]),
  }
  const cause = RESET_CAUSES[bytes[15]]
  if (cause === undefined) return { data: data, warnings: ['unknown reset cause ' + bytes[15]] }
  data.resetCause = cause
  return { data: data }
}

function decodeUplink(input) {
  if (input.fPort === 1) return readStatus(input.bytes)
  if (input.fPort === 2) return readHeartbeat(input.bytes)
  if (input.fPort === 3) return readStartup(input.bytes)
  const topic = SILENT[input.fPort]
  if (topic === undefined) return { errors: ['fPort ' + input.fPort + ' is unknown, expected 1 to 6'] }
  return { data: {}, warnings: ['fPort ' + input.fPort + ' is about ' + topic + ' and measures nothing'] }
}
