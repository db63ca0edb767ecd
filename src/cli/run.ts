import { Command, CommanderError } from 'commander'
import { groups } from './groups.ts'
import type { Io } from './io.ts'
import type { Launch } from './launch.ts'
import { oneOf } from './options.ts'
import { type GlobalOptions, Session } from './session.ts'
import type { TryOut } from './try-out.ts'
import { usageLines } from './usage.ts'

/**
 * Runs one command line. Exit codes: 0 done, 1 failed or declined, 2 wrong use, 3 not found, 4 refused by the server, 5 unreachable,
 * 130 left by Ctrl-C.
 * Nothing is thrown.
 */
export async function run(
  given: readonly string[],
  io: Io,
  { launch, tryOut, version }: { launch: Launch; tryOut?: TryOut; version: string },
): Promise<number> {
  const argv = asHelp(given)
  const program = new Command('ondine')
  const session = new Session({ io, launch, tryOut, language: languageOption(argv), options: () => program.opts<GlobalOptions>() })
  build(program, session, version)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return session.exitCode
  } catch (error) {
    if (error instanceof CommanderError) return usage(session, error, argv)
    const { reportError } = await import('./report-error.ts')
    return reportError(session, error)
  }
}

const globalsWithValue: ReadonlySet<string> = new Set(['--lang', '--url', '--token', '--config'])

/** `ondine help device list` is `ondine device list --help`. */
function asHelp(argv: readonly string[]): readonly string[] {
  const at = argv.findIndex((word, index) => !word.startsWith('-') && !globalsWithValue.has(argv[index - 1] ?? ''))
  if (argv[at] !== 'help') return argv
  const [before, asked] = [argv.slice(0, at), argv.slice(at + 1)]
  const [group] = asked.filter((word) => !word.startsWith('-'))
  // What is no command is not helped with: it is told so.
  const isUnknown = group !== undefined && groups.every(({ name }) => name !== group)
  return isUnknown ? [...before, ...asked] : [...before, ...asked, '--help']
}

/** Known before anything is parsed: help itself is said in this language. */
function languageOption(argv: readonly string[]): string | undefined {
  const index = argv.findIndex((argument) => argument === '--lang' || argument.startsWith('--lang='))
  const found = argv[index]
  if (found === undefined) return undefined
  return found === '--lang' ? argv[index + 1] : found.slice('--lang='.length)
}

function build(program: Command, session: Session, version: string): void {
  const { words, io } = session
  const titles: Readonly<Record<string, string>> = {
    'Usage:': words.text('help.usage'),
    'Arguments:': words.text('help.arguments'),
    'Options:': words.text('help.options'),
    'Global Options:': words.text('help.global-options'),
    'Commands:': words.text('help.commands'),
  }
  program
    .description(words.text('help.program'))
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => titles[title] ?? title,
      styleUsage: (usage) => usage.replace('[command]', `[${words.text('help.command-word')}]`),
    })
    .configureOutput({ writeOut: io.out, writeErr: io.err, outputError: () => {}, getOutHasColors: () => session.colour })
    .exitOverride()
    .helpCommand(false)
    .helpOption('-h, --help', words.text('help.help'))
    .version(version, '-v, --version', words.text('help.version'))
    .option('--json', words.text('help.json'))
    .option('--lang <language>', words.text('help.lang'), oneOf('en', 'fr'))
    .option('--url <url>', words.text('help.url'))
    .option('--token <token>', words.text('help.token'))
    .option('--config <file>', words.text('help.config'))
    .option('--debug', words.text('help.debug'))
    .addHelpText('after', () => `\n${words.text('help.exit-codes')}`)
  for (const { name, summary } of groups) program.command(name).description(words.text(summary)).helpCommand(false)
  program.hook('preSubcommand', async (_program, command) => {
    const group = groups.find(({ name }) => name === command.name())
    if (group !== undefined) (await group.load()).build(command, session)
  })
}

/** Help and version are done; everything else of commander is wrong use, said in the reader's language. */
function usage(session: Session, error: CommanderError, argv: readonly string[]): number {
  if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version') return 0
  // A group without a subcommand: its help was shown.
  if (error.code === 'commander.help') return 2
  const lines = usageLines(session.words, error, argv)
  if (session.options.json === true) session.io.err(`${JSON.stringify({ error: { code: 'cli.usage', detail: lines[0], context: {} } })}\n`)
  else for (const line of lines) session.io.err(`${line}\n`)
  return 2
}
