import type { WireEvent, WireReception } from '../../../adapters/chirpstack/wire/integration-event.ts'
import type { DeviceLife, Session, Surroundings } from '../network-state.ts'
import { deviceInfo, logEvent } from './device-info.ts'
import { dataRate } from './eu868.ts'
import type { UplinkFrame } from './frames.ts'
import { rememberUplink } from './receptions.ts'
import { publishShuffled, type ServerParts } from './server-parts.ts'

/** milliseconds in which class C must not speak after an uplink */
export const downlinkLock = 5000

/** What must be answered after an accepted uplink. */
export interface Accepted {
  around: Surroundings
  session: Session
  deduplicationId: string
}

export interface UplinkExtras {
  uplinkId(gatewayId: string): number
  location(gatewayId: string): WireReception['location']
}

/** Takes an uplink whose copies from all gateways are together. undefined: no device, bad MIC, or a counter that did not rise. */
export function handleUplink(parts: ServerParts, frame: UplinkFrame, receivedAt: number, extras: UplinkExtras): Accepted | undefined {
  const { state, random, clock } = parts
  const around = state.surroundings(frame.devEui)
  const session = around?.life.session
  if (around === undefined || session?.id !== frame.sessionId || around.device.getIsDisabled()) return undefined
  const heard = rememberUplink(parts, frame)
  if (heard === null) return undefined

  const deduplicationId = random.uuid()
  const refused = counterLog(around, session, frame, receivedAt, deduplicationId)
  if (refused !== undefined && !around.device.getSkipFcntCheck()) {
    parts.publish(refused)
    return undefined
  }

  const { life } = around
  session.fCntUp = frame.fCnt + 1
  session.lastUplink = heard
  session.schedulerRunAfter = Math.max(session.schedulerRunAfter, clock.now() + downlinkLock)
  life.lastSeenAt = clock.now()
  countHour(life, receivedAt, heard.receptions)

  const info = deviceInfo(around)
  const events: WireEvent[] = [
    {
      kind: 'up',
      time: receivedAt,
      deviceInfo: info,
      deduplicationId,
      devAddr: session.devAddr,
      adr: frame.adr,
      dr: dataRate(frame.spreadingFactor),
      fCnt: frame.fCnt,
      fPort: frame.fPort,
      confirmed: frame.confirmed,
      data: frame.data,
      rxInfo: heard.receptions.map(({ gatewayId, rssi, snr, context }) => ({
        gatewayId,
        uplinkId: extras.uplinkId(gatewayId),
        gwTime: receivedAt,
        nsTime: receivedAt + random.fraction() * 3,
        rssi,
        snr,
        channel: 1,
        location: extras.location(gatewayId),
        context: Buffer.from(context, 'hex'),
      })),
      txInfo: { frequency: frame.frequency, modulation: { lora: { bandwidth: 125_000, spreadingFactor: frame.spreadingFactor } } },
      regionConfigId: 'eu868',
    },
  ]
  if (frame.status !== null) {
    const { battery, margin } = frame.status
    const known = battery > 0 && battery < 255
    const level = Math.fround(Math.fround(battery / 254) * 100)
    life.status = { margin, externalPower: battery === 0, battery: known ? level : null }
    events.push({
      kind: 'status',
      time: receivedAt,
      deviceInfo: info,
      deduplicationId,
      margin,
      externalPowerSource: battery === 0,
      batteryLevelUnavailable: battery === 255,
      batteryLevel: known ? level : 0,
    })
  }
  const pending = frame.ack ? life.queue.find((item) => item.isPending) : undefined
  if (pending !== undefined) {
    life.queue = life.queue.filter((item) => item !== pending)
    const { id: queueItemId, fCntDown } = pending
    events.push({
      kind: 'ack',
      time: receivedAt,
      deviceInfo: info,
      deduplicationId,
      queueItemId,
      acknowledged: true,
      fCntDown: fCntDown ?? 0,
    })
  }
  publishShuffled(parts, events)
  return { around, session, deduplicationId }
}

function counterLog(
  around: Surroundings,
  session: Session,
  frame: UplinkFrame,
  time: number,
  deduplicationId: string,
): WireEvent | undefined {
  if (frame.fCnt >= session.fCntUp) return undefined
  const context = { deduplication_id: deduplicationId, f_cnt_up: String(frame.fCnt) }
  if (frame.fCnt === session.fCntUp - 1) {
    const description = 'Uplink was flagged as re-transmission / frame-counter did not increment'
    return logEvent(around, time, { level: 'WARNING', code: 'UPLINK_F_CNT_RETRANSMISSION', description, context })
  }
  const description = 'Frame-counter reset or rollover detected'
  return logEvent(around, time, { level: 'WARNING', code: 'UPLINK_F_CNT_RESET', description, context })
}

/** Two days of hours are kept. */
function countHour(life: DeviceLife, time: number, receptions: readonly { rssi: number; snr: number }[]): void {
  const at = Math.floor(time / 3_600_000)
  const best = receptions.reduce((a, b) => (b.snr > a.snr ? b : a))
  const current = life.hours.at(-1)
  if (current?.[0] === at) {
    current[1] += 1
    current[2] += best.rssi
    current[3] += best.snr
    return
  }
  life.hours.push([at, 1, best.rssi, best.snr])
  if (life.hours.length > 48) life.hours.shift()
}
