import type { Command } from '../vocabulary/command.ts'

/** The command that ends another's effect; undefined for one that cannot be undone. */
export function returnCommand(command: Command): Command | undefined {
  if (command.type === 'dim') return { type: 'resume' }
  if (command.type === 'switch') return { ...command, on: !command.on }
  if (command.type === 'open') return command.valve === undefined ? { type: 'close' } : { type: 'close', valve: command.valve }
  return undefined
}

/** What a command acts on: of two that act on the same, the later one decides. */
function effectOf(command: Command): string | undefined {
  if (command.type === 'dim' || command.type === 'resume') return 'level'
  if (command.type === 'switch') return `circuit ${command.circuit ?? ''}`
  if (command.type === 'open' || command.type === 'close') return `valve ${command.valve ?? ''}`
  return undefined
}

/** Whether `back`, a return order's command, would undo what `command` did. */
export function endsEffectOf(back: Command, command: Command): boolean {
  const effect = effectOf(command)
  return effect !== undefined && effect === effectOf(back)
}
