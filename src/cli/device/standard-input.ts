import type { Session } from '../session.ts'

/** All of it. */
export async function standardInput(session: Session): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of session.io.input?.() ?? process.stdin) parts.push(Buffer.from(part))
  return Buffer.concat(parts).toString('utf8')
}
