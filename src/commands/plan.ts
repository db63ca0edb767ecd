import { type MappedCommand, mapCommand } from '../codecs/command-mapping.ts'
import type { Model } from '../codecs/model.ts'
import { OndineError } from '../errors/ondine-error.ts'
import type { Command } from '../vocabulary/command.ts'
import { durationOf, instantOf } from './clock-time.ts'
import type { OrderRequest } from './request.ts'
import { returnCommand } from './return-command.ts'

/** One downlink that an order needs, before its bytes are made. */
export interface PlannedOrder {
  command: Command
  /** the encoder's input */
  input: unknown
  confirmed: boolean
  notBefore: Date
  expiresAt: Date
  until: Date | null
}

export interface OrderPlan {
  order: PlannedOrder
  /** ends the effect at `until` when the device does not do so by itself */
  returnOrder: PlannedOrder | null
}

const minute = 60_000
/** Nobody means more than a year; and a date beyond the year 9999 has a form of its own that nothing here reads. */
const farthest = 366 * 24 * 60 * minute
/** An order to a device that listens all the time (class C) is stale after ten minutes. */
const classCExpiry = 10 * minute
/** A class A device listens after its own uplinks: two intervals give it two chances. */
const classAIntervals = 2
/** The way back is tried for an hour: a light left on must not stay so because a gateway was away. */
const returnExpiry = 60 * minute

/** Decides what to send, when at the earliest and when no more. Pure: throws the refusal a person reads, changes nothing. */
export function planOrder(
  request: OrderRequest,
  facts: { model: Model; channel: string; deviceClass: 'A' | 'B' | 'C'; now: Date; timeZone: string },
): OrderPlan {
  const { model, channel, now, timeZone } = facts
  const until = endOf(request, now, timeZone)
  const expiresAt = expiryOf(request, facts, until)
  const minutes = until === null ? undefined : Math.ceil((until.getTime() - now.getTime()) / minute)
  const mapped = encoderInput(model, request.command, minutes === undefined ? { channel } : { channel, minutes })
  const order: PlannedOrder = {
    command: request.command,
    input: mapped.input,
    confirmed: request.confirmed ?? mapped.confirmed,
    notBefore: now,
    expiresAt,
    until,
  }
  const returnOrder = until === null || mapped.timed ? null : planReturn(request, model, channel, until)
  return { order, returnOrder }
}

/** Raw bytes are their own encoding. */
function encoderInput(model: Model, command: Command, options: { channel: string; minutes?: number }): MappedCommand {
  if (command.type === 'raw') return { input: null, confirmed: false, timed: false }
  return mapCommand(model, command, options)
}

function endOf(request: OrderRequest, now: Date, timeZone: string): Date | null {
  if (request.until !== undefined && request.for !== undefined) throw new OndineError('command.until-and-for', {})
  if (request.for !== undefined) return timeAfter(now, durationOf(request.for), 'for')
  if (request.until === undefined) return null
  const until = instantOf(request.until, now, timeZone)
  if (until <= now) throw new OndineError('command.past', { what: 'until', time: until.toISOString() })
  return timeAfter(now, until.getTime() - now.getTime(), 'until')
}

function timeAfter(now: Date, ms: number, what: string): Date {
  if (ms > farthest) throw new OndineError('command.too-far', { what })
  return new Date(now.getTime() + ms)
}

function expiryOf(request: OrderRequest, facts: { model: Model; deviceClass: 'A' | 'B' | 'C'; now: Date }, until: Date | null): Date {
  const wait =
    request.expires === undefined
      ? facts.deviceClass === 'C'
        ? classCExpiry
        : Math.max(classCExpiry, classAIntervals * facts.model.expectedInterval * 1000)
      : durationOf(request.expires)
  const expiresAt = timeAfter(facts.now, wait, 'expires')
  return until !== null && until < expiresAt ? until : expiresAt
}

function planReturn(request: OrderRequest, model: Model, channel: string, until: Date): PlannedOrder {
  const command = returnCommand(request.command)
  if (command === undefined || model.commands[command.type] === undefined) {
    throw new OndineError('command.no-return', { type: request.command.type, model: model.slug })
  }
  const mapped = mapCommand(model, command, { channel })
  return {
    command,
    input: mapped.input,
    confirmed: request.confirmed ?? mapped.confirmed,
    notBefore: until,
    expiresAt: new Date(until.getTime() + returnExpiry),
    until: null,
  }
}
