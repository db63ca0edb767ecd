import type { Order } from '../../src/commands/order.ts'
import type { DeviceInfo, NetworkEvent } from '../../src/lorawan/network-event.ts'

export function anOrder(changes: Partial<Order> = {}): Order {
  return {
    id: '019aab00-0000-7000-8000-000000000001',
    number: '2026-11-22-0001',
    tenant: 'tours',
    service: 'lighting',
    asset: 'L-Foch-014',
    devEui: '70b3d5e75e000001',
    channel: 'main',
    model: 'nasys/ul20xx',
    command: { type: 'dim', level: 40 },
    reason: '',
    requestedBy: 'tests',
    requestedAt: '2026-11-22T12:00:00.000Z',
    idempotencyKey: null,
    notBefore: '2026-11-22T12:00:00.000Z',
    expiresAt: '2026-11-22T12:10:00.000Z',
    until: null,
    returnOf: null,
    confirmed: true,
    downlink: { fPort: 60, hex: '01fe28' },
    queueItemId: 'item-1',
    fCntDown: null,
    gatewayId: null,
    state: 'queued',
    steps: [],
    ...changes,
  }
}

const device: DeviceInfo = {
  tenantId: 't',
  tenantName: 'Tours',
  applicationId: 'a',
  applicationName: 'lighting',
  deviceProfileId: 'p',
  deviceProfileName: 'UL20xx',
  deviceName: 'lamp',
  devEui: '70b3d5e75e000001',
  tags: {},
}

const time = '2026-11-22T12:00:05.000Z'
export const txack = (queueItemId = 'item-1'): NetworkEvent => ({
  type: 'txack',
  time,
  device,
  queueItemId,
  fCntDown: 7,
  gatewayId: '7076ff0056080001',
})
export const join = (at = time): NetworkEvent => ({ type: 'join', time: at, device, devAddr: '01020304' })
export const ack = (acknowledged: boolean, queueItemId = 'item-1'): NetworkEvent => ({
  type: 'ack',
  time,
  device,
  queueItemId,
  acknowledged,
  fCntDown: 7,
})
export const log = (code: string, queueItemId: string | null = 'item-1', description = ''): NetworkEvent => ({
  type: 'log',
  time,
  device,
  level: 'ERROR',
  code,
  description,
  queueItemId,
})
