import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually, type OndineProcess, startOndine } from '../support/ondine-process.ts'
import { cursorsOf, fixtureSchema, keyOf, type Memory, readingSchema, remembered } from './memory.ts'

const run = promisify(execFile)
const folder = join(import.meta.dirname, '../fixtures/upgrade')
const versions = (await readdir(folder)).filter((name) => name.endsWith('.tar.gz')).map((name) => name.slice(0, -'.tar.gz'.length))
/** an order ends in one of these; in another it goes its way after the upgrade */
const ends = ['acknowledged', 'expired', 'refused', 'failed', 'cancelled']

test('there is a fixture of each version that was released', () => {
  expect(versions).toContain('0.1.0')
})

describe.for(versions)('data written by %s', (version) => {
  let ondine: OndineProcess
  let fixture: z.infer<typeof fixtureSchema>
  let now: Omit<Memory, 'cursors'>

  beforeAll(async () => {
    fixture = fixtureSchema.parse(JSON.parse(await readFile(join(folder, `${version}.json`), 'utf8')))
    const dataDir = await mkdtemp(join(tmpdir(), 'ondine-upgrade-'))
    await run('tar', ['-xzf', join(folder, `${version}.tar.gz`), '-C', dataDir])
    expect(await cursorsOf(dataDir)).toEqual(fixture.memory.cursors)
    ondine = await startOndine({ dataDir, environment: fixture.environment })
    now = await remembered(ondine)
  })
  afterAll(async () => ondine?.clean())

  test('devices and where they are installed', () => {
    expect(now.devices).toEqual(fixture.memory.devices)
  })

  test('every reading, and the last one as it was', async () => {
    for (const [asset, { keys, newest }] of Object.entries(fixture.memory.assets)) {
      const found = new Set(now.assets[asset]?.keys)
      expect(
        keys.filter((key) => !found.has(key)),
        asset,
      ).toEqual([])
      const items = await readingsAt(asset, newest.time)
      expect(
        items.find((reading) => keyOf(reading) === keyOf(newest)),
        asset,
      ).toMatchObject(newest)
    }
  })

  async function readingsAt(asset: string, time: string) {
    const to = new Date(Date.parse(time) + 1).toISOString()
    const page = z.object({ items: z.array(readingSchema) })
    return page.parse(await ondine.get(`/v1/assets/${asset}/readings?from=${time}&to=${to}`)).items
  }

  test('the ledger: what had ended is as it was, the rest goes its way', () => {
    expect(fixture.memory.orders.length).toBeGreaterThan(1)
    for (const before of fixture.memory.orders) {
      const after = now.orders.find(({ id }) => id === before.id)
      const { state, steps, ...order } = before
      expect(after).toMatchObject(order)
      expect(after?.steps.slice(0, steps.length)).toEqual(steps)
      if (ends.includes(state)) expect(after).toEqual(before)
    }
  })

  test('dead letters and tokens', () => {
    expect(fixture.memory.deadLetters.length).toBeGreaterThan(0)
    expect(now.deadLetters).toEqual(expect.arrayContaining(fixture.memory.deadLetters))
    expect(now.deadLetters).toHaveLength(fixture.memory.deadLetters.length)
    expect(now.tokens).toEqual(expect.arrayContaining(fixture.memory.tokens))
  })

  test('it goes on: new readings, a new order, every cursor further', async () => {
    const startedAt = new Date().toISOString()
    await eventually('new readings of every asset', async () => {
      const { assets } = await remembered(ondine)
      const quiet = Object.keys(fixture.memory.assets).filter((asset) => !(String(assets[asset]?.newest.receivedAt) > startedAt))
      return quiet.length === 0 ? true : undefined
    })
    const lamp = fixture.memory.orders.find(({ command }) => command.type === 'dim')?.asset ?? ''
    const order = await ondine.cli('command', 'dim', lamp, '55', '--for', '1h', '--wait', '--json')
    expect(order.code, order.stderr).toBe(0)

    expect(await ondine.stop()).toBe(0)
    const cursors = await cursorsOf(ondine.dataDir)
    for (const [consumer, before] of Object.entries(fixture.memory.cursors)) {
      expect(cursors[consumer], consumer).toBeGreaterThan(before)
    }
  })
})
