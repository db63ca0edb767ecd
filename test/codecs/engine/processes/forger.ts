// A child whose sandbox was broken out of: it speaks the protocol and lies in the way its first run message names.
import { spawnSync } from 'node:child_process'
import { readFileSync, readSync, writeFileSync, writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'

const chunk = Buffer.alloc(1 << 16)

function message(type: number, id: number, segments: readonly { codec: number; info: number; text: string }[], lengthError = 0): Buffer {
  const parts = [Buffer.alloc(11)]
  for (const { codec, info, text } of segments) {
    const header = Buffer.alloc(12)
    header.writeUInt32LE(codec, 0)
    header.writeUInt32LE(info, 4)
    header.writeUInt32LE(Buffer.byteLength(text) + lengthError, 8)
    parts.push(header, Buffer.from(text))
  }
  const all = Buffer.concat(parts)
  all.writeUInt32LE(all.length - 4, 0)
  all.writeUInt8(type, 4)
  all.writeUInt32LE(id, 5)
  all.writeUInt16LE(segments.length, 9)
  return all
}

const right = { codec: 1, info: 0, text: '[[1,{"a":1},[]]]' }
const lies: Record<string, () => void> = {
  honest: () => writeSync(1, message(4, 1, [right])),
  'wrong id': () => writeSync(1, message(4, 2, [right])),
  'wrong type': () => writeSync(1, message(3, 1, [right])),
  'wrong codec': () => writeSync(1, message(4, 1, [{ ...right, codec: 2 }])),
  'unknown status': () => writeSync(1, message(4, 1, [{ ...right, info: 99 }])),
  'one segment more': () => writeSync(1, message(4, 1, [right, right])),
  'no segment': () => writeSync(1, message(4, 1, [])),
  'answer twice': () => writeSync(1, Buffer.concat([message(4, 1, [right]), message(4, 1, [right])])),
  'hello again': () => writeSync(1, message(1, 0, [])),
  'segment beyond the message': () => writeSync(1, message(4, 1, [right], 1)),
  'bytes after the segments': () => writeSync(1, message(4, 1, [right], -1)),
  'endless length': () => writeSync(1, Buffer.from([255, 255, 255, 255, 4])),
  'no length': () => writeSync(1, Buffer.from([0, 0, 0, 0, 4, 0, 0, 0])),
  noise: () => writeSync(1, Buffer.alloc(5_000, 'not our protocol at all ')),
  burglary: () => writeSync(1, message(4, 1, [{ ...right, text: JSON.stringify(burgle()) }])),
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

writeSync(1, message(1, 0, []))
const length = readSync(0, chunk)
const asked = chunk.subarray(23, length).toString()
lies[asked]?.()
// It waits to be killed.
readSync(0, chunk)
