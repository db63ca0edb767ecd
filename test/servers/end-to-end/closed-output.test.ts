import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'

const bin = resolve(import.meta.dirname, '../../../bin/ondine.js')
let folder = ''
let child: ChildProcessByStdio<null, Readable, Readable> | undefined

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ondine-closed-output-'))
})
afterAll(async () => {
  child?.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

test('ondine start | head: the server stops as it does on Ctrl-C when nobody reads it any more', async () => {
  const dataDir = join(folder, 'data')
  const env = { ...process.env, ONDINE_DATA_DIR: dataDir, ONDINE_LISTEN_PORT: '0', ONDINE_SIMULATOR_BROKER_PORT: '0', HOME: folder }
  const started = spawn(process.execPath, [bin, 'start'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  child = started
  let errors = ''
  started.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const closed = once(started, 'close')
  await once(started.stdout, 'data')
  await access(join(dataDir, 'server.json'))
  started.stdout.destroy()
  expect(await closed).toEqual([0, null])
  expect(errors).not.toMatch(/EPIPE|Error|"level":[56]0/)
  // Only a stop takes it away.
  await expect(access(join(dataDir, 'server.json'))).rejects.toThrow('ENOENT')
})
