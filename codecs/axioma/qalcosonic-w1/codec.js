// Axioma Qalcosonic W1, ultrasonic water meter. Little-endian; volumes are whole litres in the frame, m3 here.

const HOUR = 3600
const DAY = 86400
// A frame whose clock is further than this from its reception is corrupted or encrypted: about five years,
// and one more for a meter that waited on a shelf.
const CLOCK_LIMIT = 6 * 365 * DAY

const TEMPORARY_ERRORS = { 0: 'dry', 1: 'leak', 3: 'backflow', 4: 'low-temperature', 5: 'burst' }

function uint16(bytes, at) {
  return bytes[at] + bytes[at + 1] * 0x100
}

function uint32(bytes, at) {
  return uint16(bytes, at) + uint16(bytes, at + 2) * 0x10000
}

function isoTime(seconds) {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

function cubicMetres(litres) {
  return litres / 1000
}

function decodeStatus(status, data, warnings) {
  data.lowBattery = (status & 0x04) !== 0
  data.permanentError = (status & 0x08) !== 0
  if ((status & 0x10) === 0) {
    data.temporaryError = 'none'
    return
  }
  const name = TEMPORARY_ERRORS[status >> 5]
  if (name === undefined) warnings.push('unknown temporary error ' + (status >> 5))
  else data.temporaryError = name
}

function decodeHourly(bytes, recvTime) {
  if (bytes.length < 17) return { errors: ['hourly frame of ' + bytes.length + ' bytes, at least 17 are needed'] }
  if (bytes.length % 2 === 0) return { errors: ['hourly frame ends within an increment'] }
  const time = uint32(bytes, 0)
  if (Math.abs(time - Number(recvTime) / 1000) > CLOCK_LIMIT) {
    return { errors: ['time ' + isoTime(time) + ' is far from the reception: corrupted or encrypted frame'] }
  }
  const data = { time: isoTime(time), volume_m3: cubicMetres(uint32(bytes, 5)) }
  const warnings = []
  decodeStatus(bytes[4], data, warnings)
  let recordTime = uint32(bytes, 9)
  let litres = uint32(bytes, 13)
  const history = [{ time: isoTime(recordTime), volume_m3: cubicMetres(litres) }]
  for (let at = 17; at < bytes.length; at += 2) {
    recordTime += HOUR
    litres += uint16(bytes, at)
    history.push({ time: isoTime(recordTime), volume_m3: cubicMetres(litres) })
  }
  data.history = history
  return { data: data, warnings: warnings }
}

function decodeAlarm(bytes) {
  if (bytes.length !== 5) return { errors: ['alarm frame of ' + bytes.length + ' bytes, 5 are needed'] }
  const data = { time: isoTime(uint32(bytes, 0)) }
  const warnings = []
  decodeStatus(bytes[4], data, warnings)
  return { data: data, warnings: warnings }
}

function decodeUplink(input) {
  if (input.fPort === 100) return decodeHourly(input.bytes, input.recvTime)
  if (input.fPort === 103) return decodeAlarm(input.bytes)
  if (input.fPort === 101) return { data: {}, warnings: ['fPort 101 describes the fields of fPort 100 and measures nothing'] }
  return { errors: ['fPort ' + input.fPort + ' is unknown, expected 100, 101 or 103'] }
}
