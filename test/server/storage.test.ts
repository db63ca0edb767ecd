import { chmod, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { Closing } from '../../src/server/closing.ts'
import { openStorage } from '../../src/server/storage.ts'
import { Metrics } from '../../src/telemetry/metrics.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ondine-storage-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** What is warned of when this data directory is opened. */
async function warnings(dataDir: string): Promise<string[]> {
  const lines: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  const config = await loadConfig({ environment: { ONDINE_DATA_DIR: dataDir } })
  const closing = new Closing()
  await openStorage({ config, logger, metrics: new Metrics(), closing })
  await closing.close()
  return lines
}

test.for([0o755, 0o750, 0o711])(
  'a data directory that others may enter or read is warned of in one line, and left as it is: %i',
  async (mode) => {
    await chmod(folder, mode)
    const lines = await warnings(folder)
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0]!)).toMatchObject({ folder, mode: mode.toString(8), msg: expect.stringContaining('chmod 700') })
    expect((await stat(folder)).mode & 0o777).toBe(mode)
  },
)

test('one of its owner alone, and one that is made, are not', async () => {
  expect(await warnings(folder)).toEqual([])
  const made = join(folder, 'deep', 'data')
  expect(await warnings(made)).toEqual([])
  expect((await stat(made)).mode & 0o777).toBe(0o700)
})
