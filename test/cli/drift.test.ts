import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ApiFixture } from '../support/api-fixture.ts'
import { cli } from '../support/cli.ts'

const asked: unknown[] = []

/** Has measured how long keys take. */
class DriftFixture extends ApiFixture {
  override desks() {
    const desks = super.desks()
    const upkeep = {
      adopt: desks.upkeep.adopt.bind(desks.upkeep),
      resolveDrift: desks.upkeep.resolveDrift.bind(desks.upkeep),
      changes: desks.upkeep.changes.bind(desks.upkeep),
      drift: async () => ({ items: [], looked: 62_000 }),
      keysTime: async (_scope: unknown, query: unknown) => {
        asked.push(query)
        return { devices: 61_956, measured: 100, seconds: 154.9 }
      },
    }
    return { ...desks, upkeep }
  }
}

const fixture = new DriftFixture()
let environment: Record<string, string> = {}
beforeAll(async () => {
  await fixture.start()
  environment = { ONDINE_URL: fixture.url, ONDINE_TOKEN: await fixture.issue({ account: 'root' }) }
})
afterAll(() => fixture.stop())
const run = (...line: string[]) => cli(['drift', ...line], { environment })

describe('ondine drift --keys says before how long it takes, as measured', () => {
  test.for([
    [[], {}, 'Asking for the root keys of 61,956 devices, one by one: about 2 min 35 s …\n'],
    [['--tenant', 'tours'], { tenant: 'tours' }, 'Asking for the root keys of 61,956 devices, one by one: about 2 min 35 s …\n'],
    [['--lang', 'fr'], {}, 'Lecture des clés racines de 61\u202f956 appareils, un par un : environ 2 min 35 s …\n'],
  ] as const)('%j', async ([options, query, said]) => {
    asked.length = 0
    expect(await run('--keys', ...options)).toMatchObject({ code: 0, err: said })
    expect(asked).toEqual([query])
  })

  test('as a field with --json', async () => {
    const { out, err } = await run('--keys', '--json')
    expect(JSON.parse(out)).toEqual({ items: [], looked: 62_000, keys: { devices: 61_956, measured: 100, seconds: 154.9 } })
    expect(err).toBe('')
  })

  test('and nothing of it without --keys', async () => {
    asked.length = 0
    expect(JSON.parse((await run('--json')).out)).toEqual({ items: [], looked: 62_000 })
    expect(asked).toEqual([])
  })
})
