import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checks } from '../../scripts/support/checks.ts'

const root = resolve(import.meta.dirname, '../..')

function run(check: (typeof checks)[number], folder: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, check.program), ...check.args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}

/** A little project under the same settings as this one. */
function project(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'ondine-check-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const settings = {
    'package.json': JSON.stringify({ name: 'planted', type: 'module', private: true }),
    'tsconfig.json': JSON.stringify({ extends: join(root, 'tsconfig.json'), include: ['src'] }),
    'biome.json': JSON.stringify({
      ...JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')),
      vcs: {},
      json: { formatter: { enabled: false } },
      files: { includes: ['src/**'] },
    }),
    'knip.json': JSON.stringify({ entry: ['src/main.ts'], project: ['src/**/*.ts'] }),
  }
  for (const [file, text] of Object.entries({ ...settings, ...files })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  return folder
}

const clean = 'const answer: number = 42\nprocess.exitCode = answer\n'
const planted = [
  ['types (tsc)', "const answer: number = 'forty-two'\nprocess.exitCode = answer\n", /TS2322/],
  ['lint, format, import order (biome)', 'const answer: any = 42\nprocess.exitCode = answer\n', /noExplicitAny/],
  ['unused files, exports, dependencies (knip)', clean, /src\/forgotten\.ts/],
] as const

describe.for(checks)('$name', (check) => {
  test('finds nothing in this project', () => {
    const { status, output } = run(check, root)
    expect(status, output).toBe(0)
  })

  test('finds a planted fault, and nothing without it', () => {
    const [, faulty, message] = planted.find(([name]) => name === check.name)!
    const without = run(check, project({ 'src/main.ts': clean }))
    expect(without.status, without.output).toBe(0)
    const extra = check.name.includes('knip') ? { 'src/forgotten.ts': 'export const forgotten = 1\n' } : {}
    const found = run(check, project({ 'src/main.ts': faulty, ...extra }))
    expect(found.status).not.toBe(0)
    expect(found.output).toMatch(message)
  })
})
