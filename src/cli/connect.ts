import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { type Client, createClient } from '../api/contract/client.ts'
import { adminTokenFileName, type ServerFile, serverFileName, serverFileSchema } from '../api/contract/server-file.ts'
import { OndineError } from '../errors/ondine-error.ts'
import type { Session } from './session.ts'

/**
 * The server and the token: from the options, else the environment, else the data directory of a server on this host.
 * The local token is only ever sent to the local server: an address given by hand needs its own.
 */
export async function locate(session: Session): Promise<{ url: string; token: string }> {
  const { options, io } = session
  const givenUrl = options.url ?? io.environment.ONDINE_URL
  const givenToken = options.token ?? io.environment.ONDINE_TOKEN
  if (givenUrl !== undefined && givenToken !== undefined) return { url: checked(givenUrl), token: givenToken }
  const config = await session.config()
  const local = await readServerFile(config.dataDir)
  const { host, port, tls } = config.listen
  const url = checked(givenUrl ?? local?.url ?? `${tls === undefined ? 'http' : 'https'}://${host}:${port}`)
  if (givenToken !== undefined) return { url, token: givenToken }
  const file = join(config.dataDir, adminTokenFileName)
  const isLocal = url === local?.url || isLoopback(url)
  if (isLocal && tls !== undefined) await trust(tls.cert)
  const token = isLocal ? await readText(file) : undefined
  if (token !== undefined) return { url, token }
  if (givenUrl === undefined && local === undefined) throw new OndineError('cli.unreachable', { url, reason: 'not started here' })
  throw new OndineError('cli.no-token', { file })
}

export async function connect(session: Session): Promise<Client> {
  return createClient(await locate(session))
}

/** The local server's own certificate need not be known to the world. */
async function trust(certificate: string): Promise<void> {
  const pem = await readText(certificate)
  if (pem !== undefined) setDefaultCACertificates([...getCACertificates('default'), pem])
}

async function readServerFile(dataDir: string): Promise<ServerFile | undefined> {
  const text = await readText(join(dataDir, serverFileName))
  if (text === undefined) return undefined
  try {
    return serverFileSchema.parse(JSON.parse(text))
  } catch {
    // Written by another version or cut short: as good as absent, the configured address is tried.
    return undefined
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch {
    return undefined
  }
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}

function checked(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url
  throw new OndineError('cli.bad-url', { url })
}
