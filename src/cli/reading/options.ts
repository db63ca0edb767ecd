import type { Command } from 'commander'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Session } from '../session.ts'
import { moment } from './moment.ts'

export interface Selection {
  tenant?: string
  service?: string
  asset?: string
}

export interface Span {
  from?: string
  to?: string
}

/** The asset as an argument or as an option, its tenant and its service. */
export function withSelection(command: Command, { words }: Session): Command {
  return command
    .argument('[asset]', words.text('help.arg-asset'))
    .option('--asset <asset>', words.text('help.opt-asset'))
    .option('--tenant <slug>', words.text('help.opt-tenant'))
    .option('--service <slug>', words.text('help.opt-service'))
}

export function withSpan(command: Command, { words, io }: Session): Command {
  return command
    .option('--from <time>', words.text('help.opt-since'), moment(io.now))
    .option('--to <time>', words.text('help.opt-before'), moment(io.now))
}

/** Throws `cli.usage`. */
export function needed({ words }: Session, asset: string | undefined, what = '<asset>'): string {
  if (asset === undefined) throw new OndineError('cli.usage', { reason: words.text('use.missing-argument', { what }) })
  return asset
}
