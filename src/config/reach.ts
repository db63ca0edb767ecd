import { createConnection } from 'node:net'
import { OndineError } from '../errors/ondine-error.ts'
import type { Config } from './schema.ts'

const patience = 5_000

const defaultPorts: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'ws:': 80,
  'wss:': 443,
  'mqtt:': 1883,
  'mqtts:': 8883,
  'postgres:': 5432,
  'postgresql:': 5432,
}

/** The configured servers at whose address nothing accepts a connection; asks all at once, five seconds at most. */
export async function unreachableServers(config: Config): Promise<readonly OndineError<'config.unreachable'>[]> {
  const { chirpstack, broker, topics, store, metadata } = config
  const servers: [path: string, url: string | undefined][] = [
    ['chirpstack.url', chirpstack?.url],
    ['broker.url', chirpstack === undefined ? undefined : broker?.url],
    ['topics.broker.url', topics.broker?.url],
    ['store.url', store.kind === 'sqlite' ? undefined : store.url],
    ['metadata.url', metadata.kind === 'sqlite' ? undefined : metadata.url],
  ]
  const asked = servers.map(async ([path, url]) => (url === undefined ? undefined : tryToReach(path, new URL(url))))
  return (await Promise.all(asked)).filter((error) => error !== undefined)
}

async function tryToReach(path: string, { protocol, hostname, port }: URL): Promise<OndineError<'config.unreachable'> | undefined> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const number = port === '' ? (defaultPorts[protocol] ?? 0) : Number(port)
  const reason = await connectionTo(host, number)
  return reason === undefined ? undefined : new OndineError('config.unreachable', { path, address: `${hostname}:${number}`, reason })
}

/** Why no connection came about; undefined when it did. */
function connectionTo(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: patience })
    const end = (reason: string | undefined) => {
      socket.destroy()
      resolve(reason)
    }
    socket.once('connect', () => end(undefined))
    socket.once('timeout', () => end(`no answer within ${patience / 1000} s`))
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
  })
}
