import { isDeepStrictEqual } from 'node:util'
import type { NetworkEvent } from '../lorawan/network-event.ts'
import type { Order, OrderState } from './order.ts'
import type { StepCode, StepContext } from './step-code.ts'

/** States in which the network may still tell something. */
const openStates: readonly OrderState[] = ['accepted', 'sending', 'queued', 'transmitted']

export function isOpen(order: Order): boolean {
  return openStates.includes(order.state)
}

/** Only what a gateway emitted or a device answered has a frame counter. An `ack` may come before its `txack`. */
export function neverLeft(order: Order): boolean {
  return order.gatewayId === null && order.fCntDown === null
}

/**
 * The order after an event of the network, or the same object when the event tells nothing new. Events come in any
 * order (ack before txack was seen on ChirpStack 4.20), and again after a crash: a final state is never left,
 * and what an event adds is added once.
 */
export function advance(order: Order, event: NetworkEvent): Order {
  switch (event.type) {
    case 'txack': {
      if (order.fCntDown === event.fCntDown && order.gatewayId !== null) return order
      const sent = { ...order, queueItemId: event.queueItemId, fCntDown: event.fCntDown, gatewayId: event.gatewayId }
      // A device that acknowledged has of course been reached: the late txack only tells by which gateway.
      const facts = { gateway: event.gatewayId, fCnt: event.fCntDown }
      return isOpen(order) ? step(sent, 'transmitted', event.time, 'sent-by-gateway', facts) : sent
    }
    case 'ack':
      if (!isOpen(order)) return order
      return event.acknowledged
        ? step({ ...order, fCntDown: event.fCntDown }, 'acknowledged', event.time, 'confirmed', {})
        : step({ ...order, fCntDown: event.fCntDown }, 'failed', event.time, 'not-confirmed', {})
    case 'log':
      return isOpen(order) ? advanceByLog(order, event) : order
    default:
      return order
  }
}

function advanceByLog(order: Order, event: Extract<NetworkEvent, { type: 'log' }>): Order {
  if (event.code === 'EXPIRED') {
    return order.state === 'transmitted'
      ? step(order, 'failed', event.time, 'not-confirmed-before-expiry', {})
      : step(order, 'expired', event.time, 'expired-in-queue', {})
  }
  if (event.code === 'DOWNLINK_PAYLOAD_SIZE') return step(order, 'refused', event.time, 'too-long', { answer: event.description })
  // Carries no queue item id, and ChirpStack tries again until the item expires: a remark, not an end.
  if (event.code === 'DOWNLINK_GATEWAY') return remark(order, event.time, 'gateway-refused', { answer: event.description })
  return order
}

export function step<C extends StepCode>(order: Order, state: OrderState, time: string, code: C, context: StepContext<C>): Order {
  return { ...order, state, steps: [...order.steps, { time, state, code, context }] }
}

/** A line in the order's life that changes nothing, told once: a gateway that refuses does so every five seconds. */
function remark<C extends StepCode>(order: Order, time: string, code: C, context: StepContext<C>): Order {
  if (order.steps.some((known) => known.code === code && isDeepStrictEqual(known.context, context))) return order
  return step(order, order.state, time, code, context)
}
