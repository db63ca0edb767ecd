import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../../api/contract/client.ts'
import type { Session } from '../session.ts'

const lookEveryMs = 500

/** Waits for the first reading of a device since a time, or Ctrl-C; tells how it was heard. */
export async function waitForFirstFrame(
  session: Session,
  client: Client,
  of: { devEui: string; asset: string; tenant: string },
): Promise<void> {
  const { words, io } = session
  const started = io.now().getTime()
  const since = new Date(started).toISOString()
  const signal = io.interrupted()
  let joined = false
  session.print([words.text('life.waiting')])
  while (!signal.aborted) {
    const device = await client.devices.get({ devEui: of.devEui })
    const seconds = Math.round((io.now().getTime() - started) / 1000)
    if (!joined && device.joinedAt !== null && device.joinedAt >= since) {
      joined = true
      session.print([words.text('life.joined', { seconds })])
    }
    if (device.lastSeen !== null && device.lastSeen >= since) {
      session.print([await heard(session, client, of, seconds)])
      return
    }
    await sleep(lookEveryMs, undefined, { signal }).catch(() => {})
  }
  session.print([words.text('life.not-heard', { devEui: of.devEui })])
}

async function heard(
  { words }: Session,
  client: Client,
  of: { devEui: string; asset: string; tenant: string },
  seconds: number,
): Promise<string> {
  const { items } = await client.assets.readings({ slug: of.asset, tenant: of.tenant, limit: 20 })
  const radio = items.find(({ device }) => device === of.devEui)?.radio
  if (radio === undefined) return words.text('life.heard', { seconds })
  return words.text('life.heard-by', {
    seconds,
    margin: radio.margin ?? '?',
    gateways: radio.gateways,
    spreadingFactor: radio.spreadingFactor ?? '?',
  })
}
