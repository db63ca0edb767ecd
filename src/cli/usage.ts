import type { CommanderError } from 'commander'
import type { Translator } from '../language/translator.ts'
import { groups } from './groups.ts'
import { allowed } from './options.ts'

/** Wrong use in words: what, a suggestion, where the help is. commander tells what it met in English, between quotes. */
export function usageLines(words: Translator, error: CommanderError, argv: readonly string[]): string[] {
  const [, what = ''] = /'([^']*)'/.exec(error.message) ?? []
  const [, suggestion] = /\(Did you mean (?:one of )?([^?)]+)\?\)/.exec(error.message) ?? []
  return [
    sentence(words, error, what),
    ...(suggestion === undefined ? [] : [words.text('use.suggestion', { what: suggestion })]),
    words.text('use.see-help', { command: ['ondine', ...reached(error, argv)].join(' ') }),
  ]
}

/** The command whose help tells more: as far as the line was understood. */
function reached({ code }: CommanderError, argv: readonly string[]): string[] {
  const at = argv.findIndex((word) => byName.has(word))
  const group = byName.get(argv[at] ?? '')
  if (group === undefined) return []
  const next = argv[at + 1]
  const isKnown =
    next !== undefined && /^[a-z-]+$/.test(next) && !next.startsWith('-') && code !== 'commander.unknownCommand' && group.alone !== true
  return isKnown ? [group.name, next] : [group.name]
}

const byName = new Map(groups.map((group) => [group.name, group]))

function sentence(words: Translator, { code, message }: CommanderError, what: string): string {
  const option = what.split(/[ ,]/).find((part) => part.startsWith('--')) ?? what
  switch (code) {
    case 'commander.unknownCommand':
      return words.text('use.unknown-command', { what })
    case 'commander.unknownOption':
      return words.text('use.unknown-option', { what })
    case 'commander.missingArgument':
      return words.text('use.missing-argument', { what })
    case 'commander.optionMissingArgument':
      return words.text('use.missing-value', { what: option })
    case 'commander.missingMandatoryOptionValue':
      return words.text('use.missing-option', { what: option })
    case 'commander.excessArguments':
      return words.text('use.too-many')
    case 'commander.invalidArgument': {
      const [, choices] = message.split(allowed)
      if (choices === undefined) return words.text('use.invalid-value', invalid(message))
      return words.text('use.invalid-choice', { ...invalid(message), choices: choices.replace(/\.$/, '') })
    }
    default:
      return message.replace(/^error: /, '')
  }
}

function invalid(message: string): { what: string; value: string } {
  const option = /option '([^ ',]+).*' argument '([^']*)'/.exec(message)
  if (option !== null) return { what: option[1] ?? '', value: option[2] ?? '' }
  const argument = /value '([^']*)' is invalid for argument '([^']*)'/.exec(message)
  return { what: argument?.[2] ?? '', value: argument?.[1] ?? '' }
}
