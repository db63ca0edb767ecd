import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { createChirpstackClient } from '../adapters/chirpstack/client.ts'
import { BrokerLink } from '../adapters/mqtt/broker-link.ts'
import type { Part, TryOut } from '../cli/try-out.ts'
import type { StoreSettings } from '../config/schema.ts'
import { OndineError } from '../errors/ondine-error.ts'

/** How long a server may take to answer somebody who waits at a terminal (ms). */
const patience = 6_000

/** Asks ChirpStack, a broker or InfluxDB as the server would, and changes nothing there. */
export const tryOut: TryOut = (part) => {
  if (part.kind === 'chirpstack') return tryChirpstack(part.settings)
  return part.kind === 'broker' ? tryBroker(part.settings) : tryStore(part.settings)
}

async function tryChirpstack(settings: { url: string; token: string }): Promise<OndineError | null> {
  const client = createChirpstackClient(settings)
  try {
    const found = await client.probe()
    if (!found.reached) return new OndineError('chirpstack.unreachable', { url: found.url, reason: found.reason })
    return found.sees === null ? new OndineError('init.token-refused', { url: found.url }) : null
  } finally {
    client.stop()
  }
}

/** Under a name of its own: with the server's it would throw out one that runs. */
async function tryBroker(settings: Extract<Part, { kind: 'broker' }>['settings']): Promise<OndineError | null> {
  const link = new BrokerLink({
    broker: { ...settings, clientId: `ondine-init-${process.pid}` },
    protocolVersion: 5,
    client: { clean: true },
    logger: pino({ level: 'silent' }),
    onConnected: () => {},
    onClosed: () => {},
  })
  await link.start()
  try {
    for (const end = performance.now() + patience; performance.now() < end; await sleep(50)) {
      const { connected, problem } = link.state
      if (connected) return null
      if (problem !== null) return new OndineError('init.broker-refused', { url: settings.url, reason: problem })
    }
    return new OndineError('init.broker-refused', { url: settings.url, reason: `no answer within ${patience / 1000} s` })
  } finally {
    await link.stop()
  }
}

async function tryStore(settings: StoreSettings): Promise<OndineError | null> {
  if (settings.kind === 'sqlite') return null
  const { url } = settings
  const asked = {
    influxdb1: '/query?q=SHOW+DATABASES',
    influxdb2: '/api/v2/buckets?limit=1',
    influxdb3: '/api/v3/configure/database?format=json',
  }
  try {
    const answer = await fetch(`${url.replace(/\/$/, '')}${asked[settings.kind]}`, {
      headers: authorization(settings),
      signal: AbortSignal.timeout(patience),
      redirect: 'error',
    })
    await answer.body?.cancel()
    if (answer.ok) return null
    const isRefused = answer.status === 401 || answer.status === 403
    return isRefused
      ? new OndineError('init.store-refused', { url })
      : new OndineError('init.no-store', { url, reason: `HTTP ${answer.status}` })
  } catch (thrown) {
    return new OndineError('init.no-store', { url, reason: reasonOf(thrown) })
  }
}

function authorization(settings: StoreSettings): Record<string, string> {
  if (settings.kind === 'influxdb1') {
    const { username, password = '' } = settings
    return username === undefined ? {} : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
  }
  if (settings.kind === 'influxdb2') return { authorization: `Token ${settings.token}` }
  return settings.kind === 'influxdb3' && settings.token !== undefined ? { authorization: `Bearer ${settings.token}` } : {}
}

/** What lies behind fetch's own words: `ECONNREFUSED`. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return cause instanceof Error ? cause.message : String(cause)
}
