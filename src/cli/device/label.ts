import type { Command } from 'commander'
import { withExamples } from '../options.ts'
import type { Session } from '../session.ts'

/** `ondine device label`: what a label says, read here, and what a server that is there knows of its device. */
export function build(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.device-label'))
    .argument('<label>', words.text('help.arg-label'))
    .action(async (given: string) => {
      const { showLabel } = await import('./show-label.ts')
      await showLabel(session, given)
    })
  withExamples(command, session, [
    'ondine device label LW:D0:1122334455667788:24E124713D100001:00FF0102',
    'ondine device label label.png --lang fr',
    'ondine device label - --json < label.txt',
  ])
}
