import type { Scope } from '../access/scope.ts'
import type { Order, OrderState } from './order.ts'

/** The network server as the dispatcher sees it; implemented in adapters/chirpstack. */
export interface DownlinkQueue {
  /** rejects with `chirpstack.refused` or `chirpstack.unreachable`; resolves with the queue item's id */
  enqueue(item: { devEui: string; fPort: number; bytes: Uint8Array; confirmed: boolean; expiresAt: string }): Promise<string>
  /** what waits for this device: to learn the fate of an order after a crash */
  pending(devEui: string): Promise<readonly { id: string; fPort: number; bytes: Uint8Array; expiresAt: string | null }[]>
}

/** Where orders are kept; implemented in adapters/sql. A resolved promise means durable. */
export interface OrderLedger {
  /**
   * All or none: an order and its return order are written together; numbers are given here. `requestDigest` is kept with
   * the order that has the idempotency key.
   */
  add(orders: readonly Omit<Order, 'number'>[], requestDigest?: string): Promise<readonly Order[]>
  /** all or none: an order's end and the cancelling of its return order are written together */
  update(...orders: readonly Order[]): Promise<void>
  get(scope: Scope, id: string): Promise<Order | undefined>
  /** newest first; `cursor` is opaque and comes from the page before */
  list(
    scope: Scope,
    query: { asset?: string; limit: number; cursor?: string },
  ): Promise<{ orders: readonly Order[]; cursor: string | null }>
  /** `requestDigest` is null for an order of before it was kept */
  byIdempotencyKey(tenant: string, key: string): Promise<{ order: Order; requestDigest: string | null } | undefined>
  byQueueItem(queueItemId: string): Promise<Order | undefined>
  /** the order that ends this one's effect */
  returnOf(order: Order): Promise<Order | undefined>
  /** orders in one of these states, oldest first; `transmitted` is the end of unconfirmed ones and grows for ever */
  inState(states: readonly OrderState[], filter?: OrderFilter): Promise<readonly Order[]>
}

/** Each part narrows; times ISO 8601 UTC, included. */
export interface OrderFilter {
  devEui?: string
  /** `notBefore` has come */
  dueBy?: string
  /** `expiresAt` has passed */
  expiredBy?: string
  most?: number
}

/** What an order is sent to: the device that serves an asset now. */
export interface CommandTarget {
  tenant: string
  /** IANA */
  timeZone: string
  service: string
  asset: string
  devEui: string
  channel: string
  /** `vendor/model` */
  model: string
  /** of the device; null: unknown */
  firmware: string | null
}

/** Finds the device behind an asset; implemented over the inventory. Undefined: no such asset in this scope. */
export interface CommandTargets {
  /** throws `asset.no-device` when nothing is installed there */
  find(scope: Scope, asset: string): Promise<CommandTarget | undefined>
}
