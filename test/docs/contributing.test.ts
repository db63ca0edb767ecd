import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'

/** The part about device models, followed to the letter in a folder of someone who has nothing but the program. */
const part =
  readFileSync('CONTRIBUTING.md', 'utf8')
    .split('\n## ')
    .find((text) => text.startsWith('A device model')) ?? ''
const blocks = [...part.matchAll(/```(\w*)\n([\s\S]*?)```/g)].map(([, kind, text = '']) => ({ kind, lines: text.trimEnd().split('\n') }))
const commands = blocks.filter(({ kind }) => kind === 'sh').flatMap(({ lines }) => lines.map((line) => line.replace(/\s+#.*$/, '')))
const promised = blocks.find(({ kind }) => kind === '')?.lines ?? []

const bin = resolve('bin/ondine.js')
const folder = mkdtempSync(join(tmpdir(), 'ondine-contributing-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(command: string): Promise<{ code: number | null; out: string; err: string }> {
  const [npx, ondine, ...words] = command.split(' ')
  expect([npx, ondine]).toEqual(['npx', 'ondine'])
  return new Promise((done) => {
    const environment = { ...process.env, LANG: 'C', LC_ALL: '', ONDINE_CONFIG: join(folder, 'none.yaml') }
    const child = execFile(process.execPath, [bin, ...words], { cwd: folder, env: environment }, (_error, out, err) =>
      done({ code: child.exitCode, out, err }),
    )
  })
}

test('the codec part of CONTRIBUTING.md, step by step', { timeout: 240_000 }, async () => {
  expect(commands.length).toBeGreaterThan(4)
  for (const command of commands) {
    const said = await run(command)
    expect({ command, code: said.code, err: said.err }).toEqual({ command, code: 0, err: '' })
    expect(said.out).not.toBe('')
  }

  const examples = join(folder, 'codecs/acme/flow-2/examples.json')
  const [, wrong = '', right = ''] = /With ([\d.]+) in the place of ([\d.]+) in the first example/.exec(part) ?? []
  const text = readFileSync(examples, 'utf8')
  expect(text).toContain(right)
  writeFileSync(examples, text.replace(right, wrong))
  const testing = commands.find((command) => command.includes(' codec test ')) ?? ''
  const failed = await run(testing)
  expect(failed.code).toBe(1)
  expect(promised.length).toBeGreaterThan(2)
  for (const line of promised) expect(failed.out).toContain(line)
  expect(failed.err).toBe('1 of 1 models fail: see the lines with a cross.\n')

  writeFileSync(examples, text)
  expect((await run(testing)).code).toBe(0)
})

test('every command it names has a help that tells more', { timeout: 120_000 }, async () => {
  const named = [...part.matchAll(/npx ondine codec \w+/g)].map(([command]) => command)
  for (const command of new Set(named)) expect((await run(`${command} --help`)).out).toContain('Usage: ondine codec')
})
