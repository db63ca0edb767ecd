import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { permissions } from '../../src/access/permissions.ts'
import { groups } from '../../src/cli/groups.ts'
import { cli } from '../support/cli.ts'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))

const subcommands: Record<string, string[]> = {
  config: ['check', 'show', 'schema'],
  device: ['list', 'show', 'install', 'label', 'add', 'swap', 'move', 'disable', 'restore', 'retire', 'flush-nonces'],
  gateway: ['list', 'certificate'],
  jobs: ['list', 'show', 'attach', 'stop', 'resume'],
  reading: ['list', 'last', 'series', 'gaps', 'completeness', 'export', 'tail'],
  deadletters: ['list', 'show', 'retry'],
  replay: ['list', 'show', 'stop'],
  command: ['dim', 'switch', 'open', 'close', 'resume', 'set-interval', 'set-clock', 'request-status', 'reboot', 'raw', 'list', 'show'],
  codec: ['new', 'test', 'lint', 'bench', 'decode', 'encode', 'docs', 'schema', 'import', 'export', 'list', 'reload', 'enable'],
  token: ['create', 'list', 'revoke'],
}
const lines = groups.flatMap(({ name }) => [[name], ...(subcommands[name] ?? []).map((sub) => [name, sub])])
const leaves = lines.filter(([name, sub]) => sub !== undefined || subcommands[name ?? ''] === undefined)

describe('help', () => {
  test.for(lines)('ondine %s %s', async (line) => {
    const english = await cli([...line, '--help'])
    expect(english).toMatchObject({ code: 0, err: '' })
    const french = await cli([...line, '--help', '--lang', 'fr'])
    expect(french.out).toContain('Usage :')
    expect(french.out).not.toBe(english.out)
  })

  test.for(leaves)('ondine %s %s shows an example that is understood', async (line) => {
    const { out } = await cli([...line, '--help'])
    expect(out).toMatch(new RegExp(`Examples:\n {2}ondine ${line.join(' ')}`))
    expect(out).toContain('--json')
  })

  test('of everything lists every group, in either language', async () => {
    const { out, code } = await cli(['--help'], { environment: { LANG: 'fr_FR.UTF-8' } })
    expect(code).toBe(0)
    expect(out).toContain('Commandes :')
    for (const { name } of groups) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'))
  })

  test('of a group lists what is tested here', async () => {
    for (const [group, names] of Object.entries(subcommands)) {
      const { out } = await cli([group, '--help'])
      const listed = (out.slice(out.indexOf('Commands:')).split('Examples:')[0] ?? '').matchAll(/^ {2}([a-z-]+) /gm)
      expect([...listed].map(([, name]) => name)).toEqual(names)
    }
  })

  test.for([
    [['help'], ['--help']],
    [
      ['help', 'device'],
      ['device', '--help'],
    ],
    [
      ['--lang', 'fr', 'help', 'device', 'list'],
      ['--lang', 'fr', 'device', 'list', '--help'],
    ],
  ] as const)('ondine %s is ondine %s', async ([asked, same]) => {
    const said = await cli(asked)
    expect(said).toMatchObject({ code: 0, err: '' })
    expect(said).toEqual(await cli(same))
  })

  test('of token create tells what each role may do', async () => {
    const { out } = await cli(['token', 'create', '--help'])
    for (const role of Object.keys(permissions)) expect(out).toMatch(new RegExp(`^  ${role} +see inventory`, 'm'))
    expect(out).toMatch(/^ {2}agent +see inventory, readings and orders, install devices$/m)
  })

  test('version', async () => {
    for (const option of ['--version', '-v']) expect(await cli([option])).toEqual({ code: 0, out: '0.1.0\n', err: '' })
  })
})

describe('wrong use: 2, one sentence, a suggestion, the way to the help', () => {
  test.for([
    [['devise'], 'There is no command "devise".\nDid you mean device?\nHelp: ondine --help\n'],
    [['device', 'lst'], 'There is no command "lst".\nDid you mean list?\nHelp: ondine device --help\n'],
    [['device', 'list', '--limt', '3'], 'There is no option --limt here.\nDid you mean --limit?\nHelp: ondine device list --help\n'],
    [
      ['device', 'list', '--status', 'lost'],
      '--status does not take "lost". It takes: in stock, installed, disabled, retired.\nHelp: ondine device list --help\n',
    ],
    [['device', 'show'], 'Something is missing: devEui.\nHelp: ondine device show --help\n'],
    [['device', 'list', '--limit'], 'A value is missing after --limit.\nHelp: ondine device list --help\n'],
    [['status', 'now'], 'There are too many arguments.\nHelp: ondine status --help\n'],
    [['--lang', 'de', 'status'], '--lang does not take "de". It takes: en, fr.\nHelp: ondine status --help\n'],
    [['help', 'devise'], 'There is no command "devise".\nDid you mean device?\nHelp: ondine --help\n'],
    [['--lang', 'fr', 'devise'], 'La commande « devise » n’existe pas.\nVouliez-vous dire device ?\nAide : ondine --help\n'],
  ] as const)('ondine %s', async ([line, err]) => {
    expect(await cli(line)).toEqual({ code: 2, out: '', err })
  })

  test('no command at all, or a group alone: the help, and 2', async () => {
    for (const line of [[], ['device']]) {
      const said = await cli(line)
      expect(said.code).toBe(2)
      expect(said.err).toContain('Usage:')
    }
  })
})

/** Everything that a command line loads, told by a loader hook: names, not times, so that a slow machine cannot fail it. */
async function loadedBy(argv: readonly string[]): Promise<string[]> {
  const hook = `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module'
    registerHooks({ load: (url, context, next) => { process.stderr.write('loaded ' + url + '\\n'); return next(url, context) } })
  `)}`
  const { stderr } = await execute(process.execPath, ['--import', hook, 'bin/ondine.js', ...argv], { cwd: root })
  return [...stderr.matchAll(/^loaded (.*)$/gm)].map(([, url]) => url ?? '')
}

describe('help answers at once: it loads neither the client, nor zod, nor what other commands need', () => {
  test.for([[['--help']], [['device', 'list', '--help']]])('ondine %s', async ([line]) => {
    const loaded = await loadedBy(line ?? [])
    expect(loaded.some((url) => url.includes('/node_modules/commander/'))).toBe(true)
    expect(loaded.filter((url) => /node_modules\/(?!commander\/)/.test(url))).toEqual([])
    const ours = loaded.filter((url) => /\/(src|dist)\//.test(url))
    expect(ours.filter((url) => /\/(api|config|codecs)\//.test(url))).toEqual([])
    expect(ours.length).toBeLessThan(70)
  })

  test('the check itself sees: a command that needs its configuration loads zod', async () => {
    const loaded = await loadedBy(['config', 'schema'])
    expect(loaded.some((url) => url.includes('/node_modules/zod/'))).toBe(true)
  })
})
