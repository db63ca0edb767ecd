import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { OndineProcess } from '../support/ondine-process.ts'

/*
 * What a fixture of an older version holds, in words of its own: the program's schemas may change, what a fixture
 * promises may not.
 */
const deviceSchema = z.object({
  devEui: z.string(),
  model: z.string().nullable(),
  status: z.string(),
  tenant: z.string(),
  service: z.string().nullable(),
  installations: z.array(z.object({ channel: z.string(), asset: z.string(), from: z.string() })),
})

const orderSchema = z.object({
  id: z.string(),
  number: z.string(),
  asset: z.string(),
  command: z.record(z.string(), z.unknown()),
  returnOf: z.string().nullable(),
  state: z.string(),
  steps: z.array(z.object({ time: z.string(), state: z.string() })),
})

const letterSchema = z.object({ offset: z.int(), reason: z.string(), devEui: z.string().nullable(), time: z.string() })

export const readingSchema = z.object({
  device: z.string(),
  channel: z.string(),
  time: z.string(),
  receivedAt: z.string(),
  values: z.record(z.string(), z.unknown()),
})

export const memorySchema = z.object({
  devices: z.array(deviceSchema),
  tokens: z.array(z.string()),
  orders: z.array(orderSchema),
  deadLetters: z.array(letterSchema),
  /** of each asset the keys (device, channel, time) of all readings, and the newest one */
  assets: z.record(z.string(), z.object({ keys: z.array(z.string()), newest: readingSchema })),
  /** consumer of the spool → first event that it has not finished with */
  cursors: z.record(z.string(), z.int()),
})
/** What a server remembers, as far as people would miss it. */
export type Memory = z.infer<typeof memorySchema>

/** `<version>.json` beside `<version>.tar.gz` */
export const fixtureSchema = z.object({
  about: z.string(),
  version: z.string(),
  madeAt: z.string(),
  /** the configuration it was made with, and is started with again */
  environment: z.record(z.string(), z.string()),
  memory: memorySchema,
})

/** Asks a running server for all of it but the cursors, which its files tell once it is stopped. */
export async function remembered(ondine: OndineProcess): Promise<Omit<Memory, 'cursors'>> {
  const devices = await all(ondine, '/v1/devices', deviceSchema)
  const assets: Memory['assets'] = {}
  const slugs = new Set(devices.flatMap(({ installations }) => installations.map(({ asset }) => asset)))
  for (const slug of [...slugs].sort()) {
    const readings = await all(ondine, `/v1/assets/${slug}/readings`, readingSchema)
    const [newest] = readings
    if (newest !== undefined) assets[slug] = { keys: readings.map(keyOf).sort(), newest }
  }
  return {
    devices,
    tokens: (await all(ondine, '/v1/tokens', z.object({ name: z.string() }))).map(({ name }) => name).sort(),
    orders: await all(ondine, '/v1/commands', orderSchema),
    deadLetters: await all(ondine, '/v1/dead-letters', letterSchema),
    assets,
  }
}

export function keyOf({ device, channel, time }: { device: string; channel: string; time: string }): string {
  return `${device} ${channel} ${time}`
}

export async function cursorsOf(dataDir: string): Promise<Memory['cursors']> {
  const cursors: Memory['cursors'] = {}
  for (const file of await readdir(join(dataDir, 'spool'))) {
    if (!file.endsWith('.cursor')) continue
    const { next } = z.object({ next: z.int() }).parse(JSON.parse(await readFile(join(dataDir, 'spool', file), 'utf8')))
    cursors[file.slice(0, -'.cursor'.length)] = next
  }
  return cursors
}

async function all<S extends z.ZodType>(ondine: OndineProcess, path: string, item: S): Promise<z.infer<S>[]> {
  const page = z.object({ items: z.array(item), cursor: z.string().nullish() })
  const items: z.infer<S>[] = []
  let cursor: string | undefined
  do {
    const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer = page.parse(await ondine.get(`${path}?limit=1000${after}`))
    items.push(...answer.items)
    cursor = answer.cursor ?? undefined
  } while (cursor !== undefined)
  return items
}
