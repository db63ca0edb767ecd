// PMX TCR, radar counter of vehicles, bicycles and pedestrians. Big-endian; counts are those of the interval, not cumulative.

const COUNTS_PORT = 13
const CATEGORIES = 5
const DEVICE_PORT = 190

const MODELS = ['LS', 'LSS', 'HS', 'HSS', 'LSA', 'LSB', 'HSA', 'HSB', 'LSBS', 'HSBS', 'DLI', 'DLE', 'SLI', 'SLE']
const FEATURE_LEVELS = ['basic', 'advanced', 'pro']
const SPEED_CLASSES = ['people', 'low-speed', 'high-speed']

function uint16(bytes, at) {
  return bytes[at] * 0x100 + bytes[at + 1]
}

function twoDigits(number) {
  return (number < 10 ? '0' : '') + number
}

// Major and minor are the nibbles of one byte.
function version(bytes, at) {
  return (bytes[at] >> 4) + '.' + (bytes[at] & 0x0f) + '.' + bytes[at + 1]
}

function fault(bytes, name, head, length) {
  if (bytes.length !== length) return name + ' frame of ' + bytes.length + ' bytes, ' + length + ' are needed'
  return bytes[0] === head ? null : name + ' frame begins with ' + bytes[0].toString(16) + ', expected ' + head.toString(16)
}

// The same again under one name per category and direction. Where nothing passed there was no speed.
function lane(category, direction, count, speed) {
  const named = { name: (category === 0 ? '' : 'category-' + category + '-') + direction, category: category, count: count }
  if (count > 0) named.speed_kmph = speed
  return named
}

function readCounts(category, bytes) {
  const wrong = fault(bytes, 'count', 0xa2, 10)
  if (wrong !== null) return { errors: [wrong] }
  const data = { category: category }
  const warnings = []
  if (bytes[1] > 23 || bytes[2] > 59) warnings.push('end of the interval at ' + bytes[1] + ':' + bytes[2] + ' is no time')
  else data.intervalEnd = twoDigits(bytes[1]) + ':' + twoDigits(bytes[2])
  data.leftToRight = uint16(bytes, 3)
  data.leftToRightSpeed_kmph = bytes[5]
  data.rightToLeft = uint16(bytes, 6)
  data.rightToLeftSpeed_kmph = bytes[8]
  data.supply_V = bytes[9] / 10
  data.lanes = [
    lane(category, 'left-to-right', data.leftToRight, data.leftToRightSpeed_kmph),
    lane(category, 'right-to-left', data.rightToLeft, data.rightToLeftSpeed_kmph),
  ]
  return { data: data, warnings: warnings }
}

function readDevice(bytes) {
  const wrong = fault(bytes, 'device', 0xd2, 8)
  if (wrong !== null) return { errors: [wrong] }
  const data = {}
  const warnings = []
  const name = (key, names, code, prefix) => {
    if (names[code] === undefined) warnings.push('unknown ' + key + ' ' + code)
    else data[key] = prefix + names[code]
  }
  name('deviceModel', MODELS, bytes[1], 'TCR-')
  name('featureLevel', FEATURE_LEVELS, bytes[2], '')
  name('speedClass', SPEED_CLASSES, bytes[3], '')
  data.firmwareVersion = version(bytes, 4)
  data.chargerVersion = version(bytes, 6)
  return { data: data, warnings: warnings }
}

function decodeUplink(input) {
  const category = input.fPort - COUNTS_PORT
  if (category >= 0 && category < CATEGORIES) return readCounts(category, input.bytes)
  if (input.fPort === DEVICE_PORT) return readDevice(input.bytes)
  return { errors: ['fPort ' + input.fPort + ' is unknown, expected 13 to 17 or 190'] }
}
