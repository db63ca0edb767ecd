// A child whose sandbox was broken out of: it speaks the protocol and lies in the way its first run message names.
import { spawnSync } from 'node:child_process'
import { readFileSync, readSync, writeFileSync, writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'

const chunk = Buffer.alloc(1 << 16)

/** `lengthError`: numbers that the header tells of and that do not come. */
function message(type: number, id: number, groups: number, numbers: readonly number[], text = '', lengthError = 0): Buffer {
  const bytes = Buffer.from(text, 'utf16le')
  const size = Math.ceil((24 + numbers.length * 8 + bytes.length) / 8) * 8
  const all = Buffer.alloc(size)
  for (const [index, value] of [size, type, id, groups, numbers.length + lengthError, bytes.length].entries()) {
    all.writeUInt32LE(value, index * 4)
  }
  numbers.forEach((value, index) => {
    all.writeDoubleLE(value, 24 + index * 8)
  })
  bytes.copy(all, 24 + numbers.length * 8)
  return all
}

/** A group with its one result, an object of one key. */
const group = (place: number, status: number, key = 'a') => [place, status, 1, 1, 6, key.length, 1, Number.NaN, 7, 1, key.length, 1]
const honest = message(4, 1, 1, group(0, 0), 'a')
const lies: Record<string, () => void> = {
  honest: () => writeSync(1, honest),
  'wrong id': () => writeSync(1, message(4, 2, 1, group(0, 0), 'a')),
  'wrong type': () => writeSync(1, message(3, 1, 1, group(0, 0), 'a')),
  'wrong group': () => writeSync(1, message(4, 1, 1, group(1, 0), 'a')),
  'unknown status': () => writeSync(1, message(4, 1, 1, group(0, 99), 'a')),
  'one group more': () => writeSync(1, message(4, 1, 2, [...group(0, 0), ...group(0, 0)], 'aa')),
  'no group': () => writeSync(1, message(4, 1, 0, [])),
  'hostile key': () => writeSync(1, message(4, 1, 1, group(0, 0, '__proto__'), '__proto__')),
  'answer twice': () => writeSync(1, Buffer.concat([honest, honest])),
  'hello again': () => writeSync(1, message(1, 0, 0, [])),
  'contents beyond the message': () => writeSync(1, message(4, 1, 1, group(0, 0), 'a', 5)),
  'contents that do not fill it': () => writeSync(1, message(4, 1, 1, group(0, 0), 'a', -1)),
  'endless length': () => writeSync(1, Buffer.alloc(24, 255)),
  'no length': () => writeSync(1, Buffer.alloc(24)),
  noise: () => writeSync(1, Buffer.alloc(5_000, 'not our protocol at all ')),
  burglary: () => {
    const booty = burgle()
    writeSync(
      1,
      message(
        4,
        1,
        1,
        [0, 0, 1, 1, 2 + booty.length, booty.join('').length, 3, booty.length, ...booty.map(({ length }) => length)],
        booty.join(''),
      ),
    )
  },
  death: () => process.exit(3),
}

/** What Node's permissions did not keep it from. */
function burgle(): string[] {
  const attempts: Record<string, () => unknown> = {
    'read /etc/passwd': () => readFileSync('/etc/passwd'),
    'read the project': () => readFileSync(new URL('../../../../package-lock.json', import.meta.url)),
    'read the environment of its parent': () => readFileSync(`/proc/${process.ppid}/environ`),
    'write a file': () => writeFileSync('/tmp/ondine-burglary', ''),
    'start a process': () => {
      const { error } = spawnSync('/bin/true')
      if (error !== undefined) throw error
    },
    'start a thread': () => new Worker('', { eval: true }),
    'see a variable': () => {
      if (Object.keys(process.env).join() === 'TZ') throw new Error('nothing but the time zone')
    },
  }
  return Object.entries(attempts).flatMap(([name, attempt]) => {
    try {
      attempt()
      return name
    } catch {
      return []
    }
  })
}

writeSync(1, message(1, 0, 0, []))
const length = readSync(0, chunk)
// The frame of the first call of the first group.
const framesAt = 24 + chunk.readUInt32LE(16) * 8
lies[chunk.toString('utf8', framesAt, Math.min(length, framesAt + chunk.readUInt32LE(20)))]?.()
// It waits to be killed.
readSync(0, chunk)
