import type { Command } from 'commander'
import type { Session } from '../session.ts'

export interface ReferenceOptions {
  qr?: string
  keys?: true
  model?: string
  acceptWeakKeys?: true
}

/** Options by which a device that may not be in stock is named and brought its keys. */
export function withReference(command: Command, { words }: Session): Command {
  return command
    .option('--qr <label>', words.text('help.opt-qr'))
    .option('--keys', words.text('help.opt-enter-keys'))
    .option('--model <model>', words.text('help.opt-of-model'))
    .option('--accept-weak-keys', words.text('help.opt-accept-weak'))
}
