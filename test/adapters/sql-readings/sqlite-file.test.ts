import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SqliteReadingStore } from '../../../src/adapters/sql/readings/sqlite-reading-store.ts'
import { aReading, everything, minute } from '../../support/reading-builder.ts'

let folder: string
let file: string
let store: SqliteReadingStore

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ondine-readings-'))
  file = join(folder, 'readings.sqlite')
  store = new SqliteReadingStore({ file })
  await store.start()
})
afterEach(async () => {
  await store.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Another connection to the same file. */
function beside<T>(work: (database: Database.Database) => T): T {
  const database = new Database(file)
  try {
    return work(database)
  } finally {
    database.close()
  }
}

function tables(): unknown[] {
  return beside((database) =>
    database.prepare("select name from sqlite_master where type = 'table' and name like 'reading_%' order by name").pluck().all(),
  )
}

describe('layout', () => {
  test('one table per UTC day of the reading and family, a column per value as it appears', async () => {
    await store.write([aReading({ time: '2026-11-21T23:59:59.999Z' }), aReading({ time: '2026-11-22T00:00:00.000Z' })])
    await store.write([
      aReading({ time: minute(5), values: { volume: 1, leak: true } }),
      aReading({ time: minute(6), family: 'street-light' }),
    ])
    expect(tables()).toEqual(['reading_20261121_water_meter', 'reading_20261122_street_light', 'reading_20261122_water_meter'])
    const columns = beside((database) =>
      database.prepare("select name from pragma_table_info('reading_20261122_water_meter')").pluck().all(),
    )
    expect(columns).toEqual(expect.arrayContaining(['volume', 'temperature', 'batteryVoltage', 'leak']))
    expect(
      beside((database) =>
        database.prepare('select volume, leak from reading_20261122_water_meter where time = ?').get(Date.parse(minute(5))),
      ),
    ).toEqual({ volume: 1, leak: 1 })
  })

  test('families whose names become the same table name stay apart', async () => {
    const readings = [aReading({ family: 'a-b', values: { level: 1 } }), aReading({ family: 'a.b', values: { level: 'high' } })]
    expect(await store.write(readings)).toEqual({ rejected: [] })
    expect(tables()).toEqual(['reading_20261122_a_b', 'reading_20261122_a_b_2'])
    expect((await store.list(everything, { order: 'oldest first', limit: 10 })).readings).toEqual(readings)
  })

  test('it is written durably and beside its readers', () => {
    expect(beside((database) => database.pragma('journal_mode', { simple: true }))).toBe('wal')
  })

  test('the files are for their owner only', async () => {
    await store.write([aReading()])
    const names = (await readdir(folder)).sort()
    expect(names).toEqual(['readings.sqlite', 'readings.sqlite-shm', 'readings.sqlite-wal'])
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
  })

  test('a file of a newer version is left alone', async () => {
    await store.stop()
    beside((database) => database.pragma('user_version = 99'))
    await expect(store.start()).rejects.toMatchObject({ code: 'store.newer', context: { version: 99 } })
    expect(await readdir(folder)).toEqual(['readings.sqlite'])
  })
})

describe('when the file cannot be written', () => {
  test('a writer is not held up by a reader that is in the middle of its work', async () => {
    await store.write([aReading({ time: minute(1) })])
    const reader = new Database(file, { readonly: true })
    const rows = reader.prepare('select * from source').iterate()
    rows.next()
    await store.write([aReading({ time: minute(2), device: '24e1240000000001' })])
    rows.return?.()
    reader.close()
    expect((await store.list(everything, { order: 'oldest first', limit: 10 })).readings).toHaveLength(2)
  })

  test('nothing of a failed write is kept, in the file or in memory, and the next one works', async () => {
    const readings = [aReading({ family: 'valve', asset: 'new', device: '24e1240000000001', values: { opening: 40 } })]
    beside((database) => {
      database.exec("create trigger full before insert on last_reading begin select raise(fail, 'database or disk is full'); end")
    })
    await expect(store.write(readings)).rejects.toMatchObject({ code: 'store.unreachable' })
    expect(tables()).toEqual([])
    beside((database) => database.exec('drop trigger full'))
    expect(await store.write(readings)).toEqual({ rejected: [] })
    expect((await store.list(everything, { order: 'oldest first', limit: 10 })).readings).toEqual(readings)
    expect(await store.lastValues(everything, {})).toMatchObject([{ asset: 'new', name: 'opening', value: 40 }])
  })

  test('a store that is not started is unreachable', async () => {
    await store.stop()
    await expect(store.write([aReading()])).rejects.toMatchObject({ code: 'store.unreachable' })
  })
})

test('what was acknowledged outlives kill -9', async () => {
  const other = join(folder, 'killed.sqlite')
  const script = `
    import { SqliteReadingStore } from ${JSON.stringify(new URL('../../../src/adapters/sql/readings/sqlite-reading-store.ts', import.meta.url).href)}
    const store = new SqliteReadingStore({ file: ${JSON.stringify(other)} })
    await store.start()
    await store.write(${JSON.stringify([aReading()])})
    process.kill(process.pid, 'SIGKILL')`
  expect(() => execFileSync(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'pipe' })).toThrow()
  const after = new SqliteReadingStore({ file: other })
  await after.start()
  expect((await after.list(everything, { order: 'oldest first', limit: 10 })).readings).toEqual([aReading()])
  await after.stop()
})

describe('last values when a reading is decoded anew', () => {
  const last = async () => (await store.lastValues(everything, {})).map(({ asset, name, value }) => [asset, name, value])

  test('for another asset: the first has its reading before, of an earlier day too', async () => {
    await store.write([
      aReading({ time: minute(-10), values: { volume: 10 } }),
      aReading({ time: minute(0), values: { volume: 15, leak: true } }),
      aReading({ time: minute(20), values: { volume: 20 } }),
    ])
    await store.write([aReading({ time: minute(20), asset: 'w-other', values: { volume: 20 } })])
    expect(await last()).toEqual([
      ['w-7f3k2m9q', 'leak', true],
      ['w-7f3k2m9q', 'volume', 15],
      ['w-other', 'volume', 20],
    ])
  })

  test('without a value that it had: the value of the reading before', async () => {
    await store.write([10, 20].map((at) => aReading({ time: minute(at), values: { volume: at, temperature: at } })))
    await store.write([aReading({ time: minute(15), values: { volume: 15 } })])
    await store.write([aReading({ time: minute(20), values: { volume: 20 } })])
    expect(await last()).toEqual([
      ['w-7f3k2m9q', 'temperature', 10],
      ['w-7f3k2m9q', 'volume', 20],
    ])
  })

  test('as it was: nothing changes', async () => {
    const readings = [10, 20].map((at) => aReading({ time: minute(at), values: { volume: at } }))
    await store.write(readings)
    await store.write(readings)
    expect(await last()).toEqual([['w-7f3k2m9q', 'volume', 20]])
  })
})

describe('daily rows', () => {
  const volumes = (...values: [number, number][]) =>
    values.map(([at, volume]) => aReading({ time: minute(at - 2 * 1440), values: { volume } }))
  const rows = () =>
    beside((database) =>
      database
        .prepare(
          `select p.device, n.name, d.first, d.last, d.min, d.max, d.sum, d.count from daily d
           join value_name n on n.id = d.name join point p on p.id = d.point order by n.name, p.device`,
        )
        .raw()
        .all(),
    )
  /** Days are computed by themselves when they are over. */
  const daily = async () => {
    await expect.poll(() => beside((database) => database.prepare('select count(*) from daily_due').pluck().get()), patient).toBe(0)
    return rows()
  }
  const patient = { timeout: 20_000, interval: 50 }
  const device = '0018b20000001a2b'

  test('are computed when the day is over, and again for what comes late, is repeated or corrected', async () => {
    await store.write(volumes([10, 10], [20, 30]))
    expect(await daily()).toEqual([[device, 'volume', 10, 30, 10, 30, 40, 2]])
    await store.write(volumes([10, 10], [20, 30], [5, 1]))
    expect(await daily()).toEqual([[device, 'volume', 1, 30, 1, 30, 41, 3]])
    await store.write(volumes([20, 7]))
    expect(await daily()).toEqual([[device, 'volume', 1, 7, 1, 10, 18, 3]])
  })

  test('a reading that belongs to another asset by now leaves the day of the first', async () => {
    await store.write(volumes([10, 10]))
    expect(await daily()).toHaveLength(1)
    await store.write([aReading({ time: minute(10 - 2 * 1440), asset: 'w-other', values: { volume: 20 } })])
    expect(await daily()).toEqual([[device, 'volume', 20, 20, 20, 20, 20, 1]])
    const query = { tenant: 'tours', asset: 'w-7f3k2m9q', name: 'volume', from: minute(-9999), to: minute(9999) }
    expect(await store.windows(everything, { ...query, windowMs: 86_400_000 })).toEqual([])
  })

  test('two devices of one asset are two rows, states are left out, booleans count', async () => {
    const time = minute(-2 * 1440)
    await store.write([aReading({ time, values: { volume: 5, lampState: 'on', leak: true } })])
    await store.write([aReading({ time, device: '24e1240000000001', values: { volume: 1, leak: false } })])
    expect((await daily()).map((row) => (row as unknown[]).slice(0, 3))).toEqual([
      [device, 'leak', 1],
      ['24e1240000000001', 'leak', 0],
      [device, 'volume', 5],
      ['24e1240000000001', 'volume', 1],
    ])
  })

  test('of a day whose readings have expired stay as they are, and what comes late for it goes', async () => {
    await store.write(volumes([10, 10], [20, 30]))
    const rules = [{ tenant: null, service: null, readings: 1, daily: null }]
    await store.expire(rules, new Date(minute(10 * 1440)))
    expect(tables()).toEqual([])
    await store.write(volumes([15, 999]))
    expect(await daily()).toEqual([[device, 'volume', 10, 30, 10, 30, 40, 2]])
    expect((await store.list(everything, { order: 'oldest first', limit: 10 })).readings).toEqual([])
  })

  test('of such a day are made anew when it is replayed, and kept then', async () => {
    await store.write(volumes([10, 10], [20, 30]))
    const rules = [{ tenant: null, service: null, readings: 1, daily: null }]
    await store.expire(rules, new Date(minute(10 * 1440)))
    await store.remove({ devices: [device], from: minute(-2 * 1440), to: minute(-1440) })
    await store.write(volumes([10, 1]))
    expect(await daily()).toEqual([[device, 'volume', 1, 1, 1, 1, 1, 1]])
    await store.write(volumes([20, 3]))
    expect(await daily()).toEqual([[device, 'volume', 1, 3, 1, 3, 4, 2]])
    await store.expire(rules, new Date(minute(10 * 1440)))
    expect(rows()).toEqual([[device, 'volume', 1, 3, 1, 3, 4, 2]])
    expect((await store.list(everything, { order: 'oldest first', limit: 10 })).readings).toEqual([])
  })

  test('one tenant’s readings expire, another’s of the same day stay', async () => {
    await store.write([...volumes([10, 10]), aReading({ time: minute(10 - 2 * 1440), tenant: 'istres', device: '24e1240000000001' })])
    await store.expire([{ tenant: 'tours', service: null, readings: 1, daily: null }], new Date(minute(10 * 1440)))
    expect(tables()).toEqual(['reading_20261120_water_meter'])
    expect((await store.list(everything, { order: 'oldest first', limit: 10 })).readings.map(({ tenant }) => tenant)).toEqual(['istres'])
  })
})

test('a table that was dropped is made again for what comes late', async () => {
  const late = aReading({ time: minute(-5 * 1440) })
  await store.write([late])
  await store.expire([{ tenant: null, service: null, readings: 2, daily: null }], new Date(minute(0)))
  expect(tables()).toEqual([])
  expect(await store.write([late, aReading()])).toEqual({ rejected: [] })
})

describe('a damaged file', () => {
  const damage = async (from: number) => {
    await store.write(Array.from({ length: 3000 }, (_, at) => aReading({ time: minute(at), values: { volume: at } })))
    await store.stop()
    const bytes = await readFile(file)
    bytes.fill(0x5a, from, Math.max(from + 16, bytes.length - 16))
    await writeFile(file, bytes)
  }

  test.for([0, 100])('from byte %i on is said in one sentence', async (from) => {
    await damage(from)
    await expect(store.start()).rejects.toMatchObject({ code: 'store.damaged', kind: 'refused', context: { file } })
  })

  test('in the middle is said by whoever reads or writes there', async () => {
    await damage(60_000)
    const use = async () => {
      await store.start()
      await store.list(everything, { order: 'oldest first', limit: 5000 })
    }
    await expect(use()).rejects.toMatchObject({ code: 'store.damaged', message: expect.stringContaining(file) })
  })

  test('that is none of SQLite’s is left as it is', async () => {
    await store.stop()
    await writeFile(file, 'this is not a database, but somebody’s notes'.repeat(50))
    await expect(store.start()).rejects.toMatchObject({ code: 'store.damaged' })
    expect(await readFile(file, 'utf8')).toContain('notes')
  })
})
