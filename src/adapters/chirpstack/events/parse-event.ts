import { OndineError } from '../../../errors/ondine-error.ts'
import { euiSchema } from '../../../lorawan/eui.ts'
import type { NetworkEvent } from '../../../lorawan/network-event.ts'
import type { ParseEvent } from '../../../uplinks/ports.ts'
import { readGatewayAck, readGatewayStats } from '../wire/gateway-frame.ts'
import { type EventKind, isEventKind } from '../wire/integration-event.ts'
import { readEvent } from '../wire/integration-protobuf.ts'
import { readJsonEvent } from './json-event.ts'
import { readJsonGatewayAck, readJsonGatewayStats } from './json-gateway-event.ts'
import { toNetworkEvent } from './network-event.ts'
import { plainUplink } from './plain-uplink.ts'

const deviceTopic = /^application\/[^/]+\/device\/([^/]+)\/event\/([a-z]+)$/
const gatewayTopic = /^(?:.+\/)?gateway\/([^/]+)\/event\/(ack|stats)$/

/**
 * Integration events, gateways' acks and stats, in JSON or protobuf (told apart by the first byte).
 * null: a topic or an event type that is none of ours. Throws `event.malformed`.
 */
export const parseEvent: ParseEvent = createParseEvent(Date.now)

/** `now` dates what carries no time of its own: a gateway's ack never does. */
export function createParseEvent(now: () => number): ParseEvent {
  return (topic, payload) => {
    const [, devEui, kind] = deviceTopic.exec(topic) ?? []
    try {
      if (devEui !== undefined && kind !== undefined) return isEventKind(kind) ? parseDeviceEvent(devEui, kind, payload) : null
      const [, gatewayId, gatewayKind] = gatewayTopic.exec(topic) ?? []
      if (gatewayId !== undefined) return parseGatewayEvent(euiSchema.parse(gatewayId), gatewayKind, payload, now)
      return null
    } catch (thrown) {
      throw new OndineError('event.malformed', { topic, reason: reasonOf(thrown) }, { cause: thrown })
    }
  }
}

function parseDeviceEvent(devEui: string, kind: EventKind, payload: Uint8Array): NetworkEvent {
  const event = isJson(payload) ? readJson(kind, textOf(payload)) : toNetworkEvent(readEvent(kind, payload))
  // Access lists of a broker go by topic: a payload must not speak for another device.
  if ('device' in event && event.device.devEui !== devEui.toLowerCase()) throw new Error('topic and payload name different devices')
  return event
}

/** Throws SyntaxError or ZodError. */
function readJson(kind: EventKind, text: string): NetworkEvent {
  const json: unknown = JSON.parse(text)
  return (kind === 'up' ? plainUplink(json) : null) ?? toNetworkEvent(readJsonEvent(kind, json))
}

function parseGatewayEvent(gatewayId: string, kind: string | undefined, payload: Uint8Array, now: () => number): NetworkEvent {
  if (kind === 'ack') {
    const { downlinkId, statuses } = isJson(payload) ? readJsonGatewayAck(textOf(payload)) : readGatewayAck(payload)
    if (statuses.length === 0) throw new Error('no status in it')
    return { type: 'gateway-ack', time: new Date(now()).toISOString(), gatewayId, downlinkId, statuses }
  }
  const { time } = isJson(payload) ? readJsonGatewayStats(textOf(payload)) : readGatewayStats(payload)
  return { type: 'gateway-stats', time: new Date(time ?? now()).toISOString(), gatewayId }
}

/** No protobuf message of ours starts with `{`: it would be the start of a group, field 15. */
function isJson(payload: Uint8Array): boolean {
  return payload[0] === 0x7b
}

function textOf(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8')
}

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const [issue] = 'issues' in thrown && Array.isArray(thrown.issues) ? thrown.issues : []
  if (issue === undefined) return thrown.message
  const path = issue.path.join('.')
  return path === '' ? issue.message : `${path}: ${issue.message}`
}
