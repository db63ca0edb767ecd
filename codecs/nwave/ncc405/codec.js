// Nwave NCC405, car counter. One kind of frame per port; the count is cumulative and wraps at 65536.

const RESET_CAUSES = { 0: 'rejoin', 1: 'watchdog', 2: 'power-on', 3: 'user-request', 6: 'brownout', 7: 'other' }

function battery(byte) {
  return 2.5 + 0.004 * byte
}

function readCounter(bytes) {
  return { data: { frame: 'counter', vehicles: bytes[0] * 0x100 + bytes[1] } }
}

function readHeartbeat(bytes) {
  return {
    data: {
      frame: 'heartbeat',
      healthCode: bytes[0] & 0x7f,
      battery_V: battery(bytes[1]),
      batteryMean_V: battery(bytes[2]),
    },
  }
}

function readStartup(bytes) {
  const data = { frame: 'startup', firmwareVersion: bytes[0] + '.' + bytes[1] + '.' + bytes[2] }
  const cause = RESET_CAUSES[bytes[3]]
  if (cause === undefined) return { data: data, warnings: ['unknown reset cause ' + bytes[3]] }
  data.resetCause = cause
  return { data: data }
}

const FRAMES = {
  1: { name: 'counter', length: 2, read: readCounter },
  2: { name: 'heartbeat', length: 3, read: readHeartbeat },
  3: { name: 'start-up', length: 4, read: readStartup },
}

function decodeUplink(input) {
  const frame = FRAMES[input.fPort]
  if (frame === undefined) return { errors: ['fPort ' + input.fPort + ' is unknown, expected 1, 2 or 3'] }
  if (input.bytes.length !== frame.length) {
    return { errors: [frame.name + ' frame of ' + input.bytes.length + ' bytes, ' + frame.length + ' are needed'] }
  }
  return frame.read(input.bytes)
}
