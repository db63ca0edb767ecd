import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { type Client, createClient } from '../api/contract/client.ts'
import { adminTokenFileName, type ServerFile, serverFileName, serverFileSchema } from '../api/contract/server-file.ts'
import { OndineError } from '../errors/ondine-error.ts'
import type { Session } from './session.ts'

/**
 * The server and the token: from the options, else the environment, else `usual`, else the data directory of a server on this host.
 * The local token is only ever sent to the server that is running with this data directory, as its `server.json` says:
 * whoever else listens at its port, or at an address given by hand, does not get it.
 * Rejects with `cli.no-server`, `cli.no-token`, `cli.bad-url` or `cli.url-credentials`.
 */
export async function locate(session: Session, usual?: string): Promise<{ url: string; token: string }> {
  const { options, io } = session
  const givenUrl = options.url ?? io.environment.ONDINE_URL ?? usual
  const givenToken = options.token ?? io.environment.ONDINE_TOKEN
  const asked = givenUrl === undefined ? undefined : checked(givenUrl)
  if (asked !== undefined && givenToken !== undefined) return { url: asked, token: givenToken }
  const { dataDir, listen } = await session.config()
  const local = await runningServer(dataDir)
  const url = asked ?? local?.url
  if (url === undefined) throw new OndineError('cli.no-server', { dataDir: resolve(dataDir) })
  const isLocal = local !== undefined && new URL(url).origin === new URL(local.url).origin
  if (isLocal && listen.tls !== undefined) await trust(listen.tls.cert)
  if (givenToken !== undefined) return { url, token: givenToken }
  const file = join(dataDir, adminTokenFileName)
  const token = isLocal ? await readText(file) : undefined
  if (token === undefined) throw new OndineError('cli.no-token', { file })
  return { url, token }
}

export async function connect(session: Session, usual?: string): Promise<Client> {
  return createClient(await locate(session, usual))
}

/** The local server's own certificate need not be known to the world. */
async function trust(certificate: string): Promise<void> {
  const pem = await readText(certificate)
  if (pem !== undefined) setDefaultCACertificates([...getCACertificates('default'), pem])
}

/** Undefined also when the server that wrote the file is gone: a killed one leaves it, and its port to whoever comes next. */
async function runningServer(dataDir: string): Promise<ServerFile | undefined> {
  const text = await readText(join(dataDir, serverFileName))
  if (text === undefined) return undefined
  try {
    const file = serverFileSchema.parse(JSON.parse(text))
    checked(file.url)
    return lives(file.pid) ? file : undefined
  } catch {
    // Written by another version or cut short: as good as absent.
    return undefined
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It is another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch {
    return undefined
  }
}

function checked(url: string): string {
  // Also where it is no address at all: what stands before an @ may be a password, and is not repeated.
  if (url.includes('@')) throw new OndineError('cli.url-credentials', {})
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url
  throw new OndineError('cli.bad-url', { url })
}
