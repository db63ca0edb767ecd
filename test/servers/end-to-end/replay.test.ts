import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually, type OndineProcess, startOndine } from '../../support/ondine-process.ts'

const shipped = join(import.meta.dirname, '../../../codecs/axioma/qalcosonic-w1')
const model = 'axioma/qalcosonic-w1'
const page = z.object({
  items: z.array(
    z.object({ device: z.string(), channel: z.string(), time: z.string(), model: z.string(), values: z.record(z.string(), z.unknown()) }),
  ),
  cursor: z.string().nullable(),
})
type Stored = z.infer<typeof page>['items'][number]

let folder: string
let ondine: OndineProcess

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ondine-replay-codecs-'))
  await mkdir(join(folder, 'codecs'))
  const config = join(folder, 'ondine.yaml')
  await writeFile(config, `codecs: { folders: ['${join(folder, 'codecs')}'] }\nsimulator: { devices: 120, speed: 3000 }\n`)
  ondine = await startOndine({ environment: { ONDINE_CONFIG: config } })
}, 120_000)
afterAll(async () => {
  await ondine?.clean()
  await rm(folder, { recursive: true, force: true })
})

/** The shipped model with or without one of its measures; its examples say the same. */
async function install(how: { frost: boolean }): Promise<void> {
  const target = join(folder, 'codecs', model)
  await rm(target, { recursive: true, force: true })
  await cp(shipped, target, { recursive: true })
  if (how.frost) return
  const without = async (file: string, pattern: RegExp) => {
    const text = await readFile(join(target, file), 'utf8')
    expect(text).toMatch(pattern)
    await writeFile(join(target, file), text.replaceAll(pattern, ''))
  }
  await without('model.yaml', /^.*name: frost.*\n/gm)
  await without('examples.json', /,\s*"frost": (?:true|false)/g)
}

async function stored(to: string): Promise<Map<string, Stored>> {
  const found = new Map<string, Stored>()
  for (let cursor: string | null = ''; cursor !== null; ) {
    const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { items, cursor: next } = page.parse(await ondine.get(`/v1/readings?limit=1000&order=oldest&service=water&to=${to}${more}`))
    for (const reading of items) {
      if (reading.model.startsWith(model)) found.set(`${reading.device} ${reading.channel} ${reading.time}`, reading)
    }
    cursor = next
  }
  return found
}

const state = z.object({ number: z.number(), state: z.string(), counts: z.record(z.string(), z.number()) })
const begin = async () => state.parse(await ondine.send('POST', '/v1/replays', { model, from: '2020-01-01T00:00:00Z', dryRun: false }))
const ended = (number: number) =>
  eventually('the end of the replay', async () => {
    const view = state.parse(await ondine.get(`/v1/replays/${number}`))
    return view.state === 'running' ? undefined : view
  })

test('a replay that is killed with the whole program, again and again, goes on after each start, and not one reading is missing', async () => {
  await eventually('readings', async () => ((await ondine.metric('ondine_readings_total')) > 4_000 ? true : undefined))
  const until = new Date().toISOString()
  await sleep(2_000)
  const before = await stored(until)
  expect(before.size).toBeGreaterThan(100)
  expect([...before.values()].some(({ values }) => 'frost' in values)).toBe(true)

  let goneOn = 0
  const kills = 6
  for (let round = 0; round < kills; round++) {
    await ondine.kill()
    await install({ frost: round % 2 === 1 })
    await ondine.restart()
    const list = z.object({ items: z.array(state) }).parse(await ondine.get('/v1/replays'))
    const running = list.items.find((view) => view.state === 'running')
    if (running !== undefined) goneOn++
    if (running === undefined) await begin().catch(() => {})
    await sleep(((round * 137) % 400) + 20)
  }
  await ondine.kill()
  await install({ frost: false })
  await ondine.restart()
  await eventually('no replay under way', async () => {
    const { items } = z.object({ items: z.array(state) }).parse(await ondine.get('/v1/replays'))
    return items.every((view) => view.state !== 'running') ? true : undefined
  })
  expect(await ended((await begin()).number)).toMatchObject({ state: 'done' })

  const after = await stored(until)
  const missing = [...before.keys()].filter((key) => !after.has(key))
  const frosty = [...after.values()].filter(({ values }) => 'frost' in values)
  console.log(
    `${before.size} readings, ${kills + 1} kills, ${goneOn} replays gone on: ${missing.length} missing, ${frosty.length} with the field`,
  )
  expect(missing).toEqual([])
  expect(frosty).toEqual([])
}, 240_000)
