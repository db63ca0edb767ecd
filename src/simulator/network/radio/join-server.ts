import { classAfterActivation } from './activation.ts'
import { deviceInfo, logEvent } from './device-info.ts'
import type { JoinAccept, JoinRequest } from './frames.ts'
import { rememberUplink, selectGateway } from './receptions.ts'
import { type ServerParts, serverTime } from './server-parts.ts'

/** Decides about a join request, once its copies from all gateways are together. null: no answer. */
export function handleJoin(parts: ServerParts, request: JoinRequest, receivedAt: number): JoinAccept | null {
  const { state, random } = parts
  const around = state.surroundings(request.devEui)
  const lastUplink = rememberUplink(parts, request)
  if (around === undefined || lastUplink === null || around.device.getIsDisabled() || !around.profile.getSupportsOtaa()) return null
  const keys = state.deviceKeys.get(request.devEui)?.message
  if (keys === undefined) return null

  const { life } = around
  const deduplicationId = random.uuid()
  if (keys.getNwkKey() !== request.key) {
    const description = 'MIC of join-request is invalid, make sure keys are correct'
    const context = { deduplication_id: deduplicationId }
    parts.publish(logEvent(around, serverTime(parts), { level: 'ERROR', code: 'UPLINK_MIC', description, context }))
    return null
  }
  const nonce = `${request.joinEui}:${request.devNonce}`
  if (life.usedDevNonces.includes(nonce)) {
    const context = { deduplication_id: deduplicationId, dev_nonce: String(request.devNonce), join_eui: request.joinEui }
    const description = 'DevNonce has already been used'
    parts.publish(logEvent(around, serverTime(parts), { level: 'ERROR', code: 'OTAA', description, context }))
    return null
  }

  const info = deviceInfo(around)
  const devAddr = devAddrFrom(random.uint32())
  const keysOfSession = random.hex(16)
  life.usedDevNonces.push(nonce)
  life.enabledClass = classAfterActivation(around.profile)
  if (around.profile.getFlushQueueOnActivate()) life.queue = []
  life.session = {
    id: random.hex(8),
    devAddr,
    keys: { appSKey: random.hex(16), nwkSEncKey: keysOfSession, sNwkSIntKey: keysOfSession, fNwkSIntKey: keysOfSession },
    fCntUp: 0,
    fCntDown: 0,
    lastUplink: null,
    schedulerRunAfter: 0,
    statusRequestedAt: null,
  }
  parts.publish({ kind: 'join', time: receivedAt, deviceInfo: info, deduplicationId, devAddr, regionConfigId: 'eu868' })
  const { gatewayId } = selectGateway(parts, lastUplink)
  const answer = parts.air.transmit(gatewayId, {
    downlinkId: random.uint32(),
    to: { joining: request.devEui },
    fPort: null,
    data: new Uint8Array(),
    fCnt: 0,
    confirmed: false,
    ack: false,
    statusRequest: false,
  })
  return answer === 'OK' ? { sessionId: life.session.id, devAddr } : null
}

/** Type 0 with NetID 000000: the upper seven bits are zero (LoRaWAN Backend Interfaces §2). */
function devAddrFrom(random: number): string {
  return (random & 0x01ffffff).toString(16).padStart(8, '0')
}
