import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const bin = fileURLToPath(new URL('../../bin/ondine.js', import.meta.url))
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ondine-bin-'))
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  cpSync(bin, join(folder, 'bin/ondine.js'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function put(file: string, text: string, modified: string): void {
  mkdirSync(join(folder, file, '..'), { recursive: true })
  writeFileSync(join(folder, file), text)
  utimesSync(join(folder, file), new Date(modified), new Date(modified))
}

function runBin(...before: string[]): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...before, join(folder, 'bin/ondine.js')], (_error, out, err) =>
      resolve({ code: child.exitCode, out, err }),
    )
  })
}

const source = "const said: string = 'source'\nconsole.log(said)"
const built = "console.log('built')"

test('a clone runs its sources', async () => {
  put('src/main.ts', source, '2026-01-01')
  expect(await runBin()).toEqual({ code: 0, out: 'source\n', err: '' })
})

test('a package runs its build', async () => {
  put('dist/main.js', built, '2026-01-01')
  expect(await runBin()).toMatchObject({ code: 0, out: 'built\n' })
})

test('a build that is as new as every source is run, an older one is not', async () => {
  put('src/main.ts', source, '2026-01-01')
  put('src/deep/part.ts', '', '2026-01-02')
  put('dist/main.js', built, '2026-01-03')
  expect((await runBin()).out).toBe('built\n')
  put('src/deep/part.ts', '', '2026-01-04')
  expect((await runBin()).out).toBe('source\n')
})

test('an older Node gets one sentence and 2', async () => {
  put('src/main.ts', source, '2026-01-01')
  const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })"
  const said = await runBin('--import', `data:text/javascript,${encodeURIComponent(older)}`)
  expect(said).toMatchObject({ code: 2, out: '' })
  expect(said.err).toMatch(/^ondine needs Node 24 or newer, and this is Node 20\.20\.2[^\n]*\n$/)
})

test('nothing in it needs a newer Node to be read', () => {
  expect(readFileSync(bin, 'utf8')).not.toMatch(/^\s*import [^(]|\?\?=|\busing\b|^await /m)
})
