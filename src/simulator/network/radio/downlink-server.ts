import type { QueueItem, Session, Surroundings } from '../network-state.ts'
import { deviceInfoOfTxAck, logEvent } from './device-info.ts'
import { nextQueueItem } from './downlink-queue.ts'
import { maxPayload, rx1Power, rx2 } from './eu868.ts'
import type { DownlinkFrame } from './frames.ts'
import { selectGateway } from './receptions.ts'
import { type ServerParts, serverTime } from './server-parts.ts'
import type { Accepted } from './uplink-server.ts'

const day = 86_400_000
const rx1Delay = 1000
const classCLock = 5000

/** The window after an uplink: the next queue item, the acknowledgement of a confirmed uplink, a question about the status. */
export function answerUplink(parts: ServerParts, { around, session, deduplicationId }: Accepted, mustAck: boolean): void {
  // between the uplink and its window the device may have joined again or be gone
  if (around.life.session !== session || session.lastUplink === null) return
  const limits = { deduplicationId, maxPayload: maxPayload(session.lastUplink.spreadingFactor) }
  const item = nextQueueItem(parts, around, limits)
  const statusRequest = isStatusDue(parts, around, session)
  if (item === undefined && !mustAck && !statusRequest) return
  if (statusRequest) session.statusRequestedAt = parts.clock.now()
  emit(parts, around, session, item, { ack: mustAck, statusRequest, delayMs: rx1Delay })
}

/** One run over the devices that listen all the time. A device that never spoke since its join is left alone. */
export function runClassC(parts: ServerParts): void {
  const now = parts.clock.now()
  for (const devEui of parts.state.withQueue()) {
    const around = parts.state.surroundings(devEui)
    const session = around?.life.session
    if (around === undefined || around.life.enabledClass !== 'CLASS_C' || around.device.getIsDisabled()) continue
    if (session === null || session === undefined || session.lastUplink === null || session.schedulerRunAfter > now) continue
    if (around.life.queue.every((item) => item.isPending && (item.timeoutAfter ?? 0) > now)) continue
    session.schedulerRunAfter = now + classCLock
    const item = nextQueueItem(parts, around, { deduplicationId: '', maxPayload: maxPayload(rx2.spreadingFactor) })
    if (item !== undefined) emit(parts, around, session, item, { ack: false, statusRequest: false, delayMs: undefined })
  }
}

interface Emission {
  ack: boolean
  statusRequest: boolean
  /** undefined: at once, in the second window (class C) */
  delayMs: number | undefined
}

function emit(parts: ServerParts, around: Surroundings, session: Session, item: QueueItem | undefined, emission: Emission): void {
  if (session.lastUplink === null) return
  const { gatewayId, context } = selectGateway(parts, session.lastUplink)
  const fCntDown = session.fCntDown
  if (item !== undefined) item.fCntDown = fCntDown
  const frame: DownlinkFrame = {
    downlinkId: parts.random.uint32(),
    to: { devEui: around.device.getDevEui(), sessionId: session.id },
    fPort: item?.fPort ?? null,
    data: Buffer.from(item?.data ?? '', 'hex'),
    fCnt: fCntDown,
    confirmed: item?.confirmed ?? false,
    ack: emission.ack,
    statusRequest: emission.statusRequest,
  }
  const answer = parts.air.transmit(gatewayId, frame)
  if (answer === null) return
  if (answer !== 'OK') {
    parts.publish(logEvent(around, serverTime(parts), { level: 'ERROR', code: 'DOWNLINK_GATEWAY', description: answer, context: {} }))
    return
  }
  session.fCntDown += 1
  if (item === undefined) return
  settle(parts, around, item)
  const { frequency, spreadingFactor } = emission.delayMs === undefined ? rx2 : session.lastUplink
  parts.publish({
    kind: 'txack',
    time: serverTime(parts),
    deviceInfo: deviceInfoOfTxAck(around),
    downlinkId: frame.downlinkId,
    queueItemId: item.id,
    fCntDown,
    gatewayId,
    txInfo: {
      frequency,
      power: emission.delayMs === undefined ? rx2.power : rx1Power,
      modulation: { lora: { bandwidth: 125_000, spreadingFactor, polarizationInversion: true } },
      delayMs: emission.delayMs,
      context: Buffer.from(context, 'hex'),
    },
  })
}

/** What was emitted leaves the queue, unless the device must still acknowledge it. */
function settle(parts: ServerParts, { life, profile }: Surroundings, item: QueueItem): void {
  if (!item.confirmed) {
    life.queue = life.queue.filter((other) => other !== item)
    return
  }
  item.isPending = true
  item.timeoutAfter = life.enabledClass === 'CLASS_C' ? parts.clock.now() + profile.getClassCTimeout() * 1000 : null
}

/** The profile says how often a day a device is asked. */
function isStatusDue(parts: ServerParts, { profile }: Surroundings, session: Session): boolean {
  const perDay = profile.getDeviceStatusReqInterval()
  if (perDay === 0) return false
  return session.statusRequestedAt === null || parts.clock.now() - session.statusRequestedAt >= day / perDay
}
