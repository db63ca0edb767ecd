import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bar, sparkline } from '../../src/cli/reading/bars.ts'
import { moment } from '../../src/cli/reading/moment.ts'
import { ApiFixture } from '../support/api-fixture.ts'
import { cli } from '../support/cli.ts'
import { aReading } from '../support/reading-builder.ts'

const fixture = new ApiFixture()
let admin = ''
let reader = ''
let folder = ''

beforeAll(async () => {
  await fixture.start()
  admin = await fixture.tokens.issue({ account: 'root' })
  reader = await fixture.tokens.issue({ account: 'blois', role: 'reader', tenant: 'blois' })
  folder = await mkdtemp(join(tmpdir(), 'ondine-export-'))
  const hours = [0, 1, 2, 3, 4, 8, 9, 10, 11]
  await fixture.readings.write(hours.map((hour) => aReading({ time: at(hour), values: { volume: 100 + hour, leak: hour === 9 } })))
  await fixture.readings.write([aReading({ time: at(9), device: '0018b20000001a2c', values: { volume: 7 } })])
})
afterAll(async () => {
  await fixture.stop()
  await rm(folder, { recursive: true })
})

function at(hour: number): string {
  return new Date(Date.UTC(2026, 10, 22, hour)).toISOString()
}
const ask = (line: string, given: Parameters<typeof cli>[1] = {}) =>
  cli(line.split(' '), { ...given, environment: { ONDINE_URL: fixture.url, ONDINE_TOKEN: admin, NO_COLOR: '1', ...given.environment } })
const span = '--from 2026-11-22T00:00:00Z --to 2026-11-22T12:00:00Z'

describe('ondine reading', () => {
  test('last gives each value with its time', async () => {
    const { items } = JSON.parse((await ask('reading last w-7f3k2m9q --json')).out)
    expect(items).toMatchObject([
      { name: 'leak', value: false, time: at(11) },
      { name: 'volume', value: 111, time: at(11) },
    ])
    expect((await ask('reading last --asset w-7f3k2m9q --name volume')).out).toContain('\tvolume\t111 m³\t')
  })

  test('series of a counter is its consumption, with a picture for eyes', async () => {
    const line = `reading series volume w-7f3k2m9q ${span} --window 3h --time-zone UTC`
    const { points, steps, aggregate } = JSON.parse((await ask(`${line} --json`)).out)
    expect(points.map(({ value }: { value: number }) => value)).toEqual([2, 2, 4, 3])
    expect({ steps, aggregate }).toMatchObject({ steps: { start: 2, reset: 0 }, aggregate: 'consumption' })
    const shown = await ask(line, { isTerminal: true })
    expect(shown.out).toMatch(/[▁▂▃▄▅▆▇█]{4}/)
    expect(shown.out).toContain('2026-11-22 06:00')
    expect(shown.out).toContain('in all  11 m³')
    expect((await ask(line)).out.split('\n')[0]).toBe('from\tvalue\tvalues')
  })

  test('gaps tells when nothing came, and how much was expected', async () => {
    const line = `reading gaps w-7f3k2m9q ${span} --interval 3600`
    expect(JSON.parse((await ask(`${line} --json`)).out)).toMatchObject({
      ...{ received: 9, expected: 12, missing: 3, completeness: 0.75 },
      gaps: [{ from: at(4), to: at(8), missing: 3 }],
    })
    expect((await ask(`${line} --lang fr`, { isTerminal: true })).out).toContain('75.0 % de 12 attendus (un toutes les 1 h)')
  })

  test('gaps of a device nobody knows the interval of asks for it', async () => {
    expect(await ask('reading gaps w-7f3k2m9q')).toMatchObject({ code: 2, err: expect.stringContaining('--interval 3600') })
  })

  test('completeness lists the assets that the token sees', async () => {
    const line = `reading completeness ${span} --interval 3600`
    const { items } = JSON.parse((await ask(`${line} --json`)).out)
    expect(items).toContainEqual(expect.objectContaining({ asset: 'w-7f3k2m9q', completeness: 0.75 }))
    expect((await ask(line, { environment: { ONDINE_TOKEN: reader } })).out).not.toContain('w-7f3k2m9q')
  })

  test.for([
    'series volum w-7f3k2m9q',
    'series leak w-7f3k2m9q --aggregate consumption',
    'series volume w-7f3k2m9q --window never',
    'series volume w-7f3k2m9q --time-zone Tours',
    'series volume w-7f3k2m9q --window 1s --from 2000-01-01',
    'series volume w-7f3k2m9q --from 1h --to 2h',
    'series volume w-7f3k2m9q --aggregate median',
    'series volume',
    'gaps nobody',
    'gaps w-7f3k2m9q --from 2026-02-30',
    'gaps w-7f3k2m9q --from yesterday',
    'export --columns volum',
    'export --format xls',
    'export --output /nonexistent/x.csv',
  ])('%s is told in one sentence of each language', async (line) => {
    const [english, french] = [await ask(`reading ${line}`), await ask(`reading ${line} --lang fr`)]
    expect(english.code).toBeGreaterThan(0)
    expect(english.err).toMatch(/^\S.+\.\n/)
    expect(french.err).not.toBe(english.err)
    expect(english.err + french.err).not.toMatch(/undefined|\bat \S+ \(/)
  })
})

describe('ondine reading export', () => {
  test('writes the file that its name says, whole', async () => {
    const file = join(folder, 'a.csv')
    expect(await ask(`reading export w-7f3k2m9q ${span} --columns volume --output ${file}`)).toMatchObject({ code: 0, err: '' })
    const lines = (await readFile(file, 'utf8')).trim().split('\r\n')
    expect(lines).toHaveLength(11)
    expect(lines[1]).toMatch(/^2026-11-22T00:00:00\.000Z,.*,100$/)
    expect(await readdir(folder)).toEqual(['a.csv'])
    const parquet = join(folder, 'a.parquet')
    await ask(`reading export --output ${parquet}`)
    expect((await readFile(parquet)).subarray(0, 4).toString()).toBe('PAR1')
  })

  test('to standard output is the file and nothing else', async () => {
    const { out } = await ask('reading export --format jsonl')
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).v),
    ).toEqual(Array.from({ length: 10 }, () => 1))
  })

  test('Parquet is not shown on a terminal', async () => {
    expect(await ask('reading export --format parquet', { isTerminal: true })).toMatchObject({
      out: '',
      err: expect.stringContaining('--output'),
    })
  })

  test('of a tenant the token does not see is empty', async () => {
    const { out } = await ask('reading export --format jsonl --tenant tours', { environment: { ONDINE_TOKEN: reader } })
    expect(out).toBe('')
  })

  test('an answer that is cut leaves no file, neither whole nor in part', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/csv' })
      response.write('time,asset\r\n', () => setTimeout(() => response.destroy(), 50))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const file = join(folder, 'cut.csv')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const said = await ask(`reading export --output ${file}`, { environment: { ONDINE_URL: url } })
    server.close()
    expect(said).toMatchObject({ code: 5, out: '', err: expect.stringMatching(/cut short/) })
    expect(existsSync(file)).toBe(false)
    expect(existsSync(`${file}.part`)).toBe(false)
  })

  test('an old file stays when the new one cannot be had', async () => {
    const file = join(folder, 'a.csv')
    const before = await readFile(file, 'utf8')
    await ask(`reading export --columns nonsense --output ${file}`)
    expect(await readFile(file, 'utf8')).toBe(before)
  })
})

describe('moments', () => {
  const read = moment(() => new Date('2026-11-22T21:00:00.000Z'))

  test.for([
    ['2h', '2026-11-22T19:00:00.000Z'],
    ['1w', '2026-11-15T21:00:00.000Z'],
    ['2026-11-22T06:00:00+01:00', '2026-11-22T05:00:00.000Z'],
    ['2026-11-22T06:00Z', '2026-11-22T06:00:00.000Z'],
    ['2026-11-22', new Date('2026-11-22T00:00:00').toISOString()],
  ] as const)('%s', ([text, expected]) => {
    expect(read(text)).toBe(expected)
  })

  test.for(['', 'now', '2026', '22/11/2026', '2026-13-01', '2026-02-30', '2026-11-22 06:00', '-2h', '2h30', 'T06:00'])(
    '%j is none',
    (text) => {
      expect(() => read(text)).toThrow()
    },
  )
})

test('bars and small columns', () => {
  expect([bar(0, 10, 4), bar(5, 10, 4), bar(10, 10, 4), bar(99, 10, 4), bar(-1, 10, 4), bar(1, 0, 4)]).toEqual([
    '',
    '██',
    '████',
    '████',
    '',
    '',
  ])
  expect(sparkline([0, 1, null, 7], 80)).toBe('▁▂ █')
  expect(
    sparkline(
      Array.from({ length: 1000 }, (_, index) => index),
      10,
    ),
  ).toHaveLength(10)
  expect(sparkline([], 10)).toBe('')
})
