import fc from 'fast-check'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { serverScope } from '../../../src/access/scope.ts'
import { Database } from '../../../src/adapters/sql/database.ts'
import { OndineError } from '../../../src/errors/ondine-error.ts'
import { installRequestSchema } from '../../../src/inventory/install.ts'
import { inventoryOf } from './territory.ts'

const always = { tenant: 'tours', service: 'waste', newService: true, replace: true }

/** Some days are over, some have yet to come. */
const today = Date.parse('2026-11-22T06:00:00.000Z')

const step = fc.record({
  device: fc.integer({ min: 1, max: 3 }),
  channel: fc.constantFrom('main', 'second'),
  asset: fc.constantFrom('A', 'B', 'C'),
  day: fc.integer({ min: 1, max: 28 }),
  parameter: fc.integer({ min: 1, max: 2 }),
})

test('whatever is installed where and when, no channel of a device or of an asset is ever taken twice at one time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 15 }), async (steps) => {
      const database = new Database({ kind: 'sqlite', file: ':memory:' }, pino({ level: 'silent' }))
      await database.start()
      try {
        const inventory = inventoryOf(database)
        for (const { device, channel, asset, day, parameter } of steps) {
          const from = new Date(today + (day - 20) * 24 * 60 * 60 * 1000).toISOString()
          const request = installRequestSchema.parse({ ...always, asset, channel, from, parameters: { parameter } })
          await inventory.install(serverScope, `000000000000000${device}`, request).catch((error: unknown) => {
            if (!(error instanceof OndineError) || error.code !== 'inventory.assignment-overlaps') throw error
          })
        }
        const rows = await database.db.selectFrom('assignment').selectAll().execute()
        expect(rows.length).toBeGreaterThan(0)
        for (const one of rows) {
          for (const other of rows) {
            const shared = one.channel === other.channel && (one.dev_eui === other.dev_eui || one.asset_id === other.asset_id)
            if (one.id === other.id || !shared) continue
            expect((one.valid_to ?? '9') <= other.valid_from || (other.valid_to ?? '9') <= one.valid_from).toBe(true)
          }
        }
        const serving = new Set(rows.filter((row) => row.valid_to === null).map((row) => row.dev_eui))
        const devices = (await inventory.devices(serverScope, { limit: 100 })).items
        for (const device of devices)
          expect([device.devEui, device.status]).toEqual([device.devEui, serving.has(device.devEui) ? 'installed' : 'in stock'])
      } finally {
        await database.stop()
      }
    }),
    { numRuns: 60 },
  )
})
