import type { StartingPoint } from './starting-points.ts'

export const uplinkPort = 10
export const downlinkPort = 11

/** Bytes of a frame: its kind, the fields, and a byte of bits. */
export function frameLength({ fields }: StartingPoint): number {
  return 2 + fields.reduce((sum, { size }) => sum + size, 0)
}

/** A codec that teaches: it reads the made-up frame of its family, refuses what it cannot read, and says why each part is there. */
export function codecText(title: string, start: StartingPoint): string {
  return `// ${title}. Bytes here, values there: this file says how.
//
// A plain script after the LoRa Alliance's TS013. It runs here and, unchanged, in ChirpStack. For that:
//   - no import, no require, no console; every name declared with const, let, var or function
//   - no clock (the time of a frame is input.recvTime), no Math.random, nothing kept from one frame to the next
//   - keys of data carry their unit: volume_m3, temperature_Cel, battery_V
//
// The frame below is made up. Put your device's in its place, then: ondine codec test
//
// Uplink on fPort ${uplinkPort}, numbers big-endian:
${layoutText(start)}

const PORT = ${uplinkPort}
const LENGTH = ${frameLength(start)}

function unsigned(bytes, at, size) {
  let value = 0
  for (let index = at; index < at + size; index += 1) value = value * 256 + bytes[index]
  return value
}
${start.fields.some((one) => one.signed) ? signedText : ''}
// Gives { data }, or { errors } for a frame it does not know: an error can be looked into, a wrong number is believed.
function decodeUplink(input) {
  const bytes = input.bytes
  if (input.fPort !== PORT) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ' + PORT] }
  if (bytes.length !== LENGTH) return { errors: ['frame of ' + bytes.length + ' bytes, ' + LENGTH + ' are needed'] }
  if (bytes[0] !== 1) return { errors: ['frame of an unknown kind ' + bytes[0]] }
  return {
    data: {
${dataText(start)}
    }
  }
}

// The bytes of a command. input.data is what model.yaml makes of a standard command (commands: ... input).
// Limits are checked here too: a device must never be sent what it cannot do.
function encodeDownlink(input) {
  const command = input.data
${start.commands.map((command) => encodeTexts[command]).join('\n')}
  return { errors: ['unknown command ' + command.type] }
}

// The way back: what a downlink says. Tests hold it against encodeDownlink.
function decodeDownlink(input) {
  const bytes = input.bytes
  if (input.fPort !== ${downlinkPort}) return { errors: ['fPort ' + input.fPort + ' is unknown, expected ${downlinkPort}'] }
${start.commands.map((command) => decodeTexts[command]).join('\n')}
  return { errors: ['downlink of an unknown kind'] }
}

function isWhole(value, min, max) {
  return typeof value === 'number' && value % 1 === 0 && value >= min && value <= max
}
`
}

const signedText = `
// Two's complement: below zero the highest bit is set.
function signed(bytes, at, size) {
  const value = unsigned(bytes, at, size)
  return bytes[at] > 127 ? value - Math.pow(256, size) : value
}
`

function layoutText({ fields, bits }: StartingPoint): string {
  let at = 1
  const lines = fields.map(({ size, what, signed }) => {
    const place = size === 1 ? `byte ${at}` : `bytes ${at}-${at + size - 1}`
    at += size
    return `//   ${place.padEnd(11)}${what}${signed ? ', may be negative' : ''}`
  })
  return [
    '//   byte 0     kind of the frame, 1',
    ...lines,
    `//   ${`byte ${at}`.padEnd(11)}bits: ${bits.map(({ key }) => key).join(', ')}`,
  ].join('\n')
}

function dataText({ fields, bits }: StartingPoint): string {
  let at = 1
  const lines = fields.map(({ key, size, signed, per }) => {
    const read = `${signed ? 'signed' : 'unsigned'}(bytes, ${at}, ${size})`
    at += size
    return `      ${key}: ${read}${per === 1 ? '' : ` / ${per}`}`
  })
  return [...lines, ...bits.map(({ key }, bit) => `      ${key}: (bytes[${at}] & ${2 ** bit}) !== 0`)].join(',\n')
}

const encodeTexts = {
  'set-interval': `  if (command.type === 'set-interval') {
    if (!isWhole(command.interval_s, 60, 65535)) return { errors: ['interval_s has to be 60 to 65535'] }
    return { fPort: ${downlinkPort}, bytes: [1, command.interval_s >> 8, command.interval_s & 255] }
  }`,
  dim: `  if (command.type === 'dim') {
    if (!isWhole(command.level_pct, 0, 100)) return { errors: ['level_pct has to be 0 to 100'] }
    return { fPort: ${downlinkPort}, bytes: [2, command.level_pct] }
  }`,
  open: `  if (command.type === 'open') {
    if (!isWhole(command.duration_min, 1, 240)) return { errors: ['duration_min has to be 1 to 240'] }
    return { fPort: ${downlinkPort}, bytes: [3, command.duration_min] }
  }`,
  close: `  if (command.type === 'close') return { fPort: ${downlinkPort}, bytes: [4] }`,
}

const decodeTexts = {
  'set-interval': `  if (bytes[0] === 1 && bytes.length === 3) return { data: { type: 'set-interval', interval_s: unsigned(bytes, 1, 2) } }`,
  dim: `  if (bytes[0] === 2 && bytes.length === 2) return { data: { type: 'dim', level_pct: bytes[1] } }`,
  open: `  if (bytes[0] === 3 && bytes.length === 2) return { data: { type: 'open', duration_min: bytes[1] } }`,
  close: `  if (bytes[0] === 4 && bytes.length === 1) return { data: { type: 'close' } }`,
}
