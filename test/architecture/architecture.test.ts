import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { importTable } from './import-table.ts'
import { folderOf, importsOf, violation } from './imports.ts'

const files = globSync('src/**/*.ts')
const imports = files.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')))

describe('the map of the folders', () => {
  test('every import is allowed by the table', () => {
    expect(imports.length).toBeGreaterThan(200)
    expect(imports.map(violation).filter((found) => found !== undefined)).toEqual([])
  })

  test('every folder has a row and every row a folder', () => {
    expect([...new Set(files.map(folderOf))].sort()).toEqual(Object.keys(importTable).sort())
  })

  test('no file is longer than about 400 lines', () => {
    const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 440)
    expect(long).toEqual([])
  })
})

describe('the check itself sees', () => {
  const check = (file: string, text: string) => importsOf(file, text).map(violation)

  test.for([
    ['a static import upwards', 'src/lorawan/x.ts', "import { a } from '../api/server.ts'", /lorawan may not import api/],
    ['a type import', 'src/readings/x.ts', "import type { A } from '../commands/order.ts'", /readings may not import commands/],
    ['a re-export', 'src/uplinks/x.ts', "export { a } from '../topics/ports.ts'", /uplinks may not import topics/],
    ['a star re-export', 'src/uplinks/x.ts', "export * from '../topics/ports.ts'", /uplinks may not import topics/],
    ['a dynamic import', 'src/cli/x.ts', "await import('../adapters/sql/x.ts')", /cli may not import adapters\/sql/],
    ['an import type', 'src/config/x.ts', "type A = import('../api/x.ts').A", /config may not import api/],
    ['an import of a computed name', 'src/cli/x.ts', 'await import(name)', /computed/],
    ['a part of a folder that is closed', 'src/cli/x.ts', "import { a } from '../api/server.ts'", /only import src\/api\/contract/],
    ['a package of another folder', 'src/uplinks/x.ts', "import m from 'mqtt'", /mqtt is imported by adapters\/mqtt/],
    ['a package without a row', 'src/uplinks/x.ts', "import m from 'left-pad'", /no row in the package table/],
    ['a folder without a row', 'src/misc/x.ts', "import { a } from '../lorawan/eui.ts'", /misc has no row/],
  ] as const)('%s', ([, file, text, message]) => {
    expect(check(file, text)).toEqual([expect.stringMatching(message)])
  })

  test('and lets what is allowed pass', () => {
    expect(check('src/codecs/x.ts', "import { a } from '../lorawan/eui.ts'\nimport fs from 'node:fs'\nimport { z } from 'zod'")).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})
