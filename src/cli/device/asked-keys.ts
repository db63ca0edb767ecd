import { OndineError } from '../../errors/ondine-error.ts'
import { type KeyField, keyFields } from '../../lorawan/root-keys.ts'
import type { Session } from '../session.ts'
import { standardInput } from './standard-input.ts'

export type TypedKeys = { [F in KeyField]?: string }

/**
 * Root keys from a prompt that shows nothing, else from standard input: `appKey=…` a line, or one key alone. Never from the command
 * line, which the shell remembers. Rejects with `cli.keys-unread`.
 */
export async function askedKeys(session: Session): Promise<TypedKeys> {
  const isPerson = session.io.isTerminal && session.io.input === undefined && process.stdin.isTTY === true
  return isPerson ? prompted(session) : keysIn(await standardInput(session))
}

async function prompted({ words }: Session): Promise<TypedKeys> {
  const { isCancel, password } = await import('@clack/prompts')
  const ask = async (message: string) => {
    const said = await password({ message })
    if (isCancel(said)) throw new OndineError('cli.keys-unread', {})
    return (said ?? '').trim()
  }
  const appKey = await ask(words.text('keys.app-key'))
  const nwkKey = await ask(words.text('keys.nwk-key'))
  if (appKey === '') throw new OndineError('cli.keys-unread', {})
  return { appKey, ...(nwkKey === '' ? {} : { nwkKey }) }
}

function keysIn(text: string): TypedKeys {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const [only] = lines
  if (lines.length === 1 && only !== undefined && !only.includes('=')) return { appKey: only.trim() }
  const keys: TypedKeys = {}
  for (const line of lines) {
    const [name = '', ...value] = line.split('=')
    const field = keyFields.find((one) => one.toLowerCase() === name.trim().toLowerCase())
    if (field === undefined) throw new OndineError('cli.keys-unread', {})
    keys[field] = value.join('=').trim()
  }
  if (lines.length === 0) throw new OndineError('cli.keys-unread', {})
  return keys
}
