import { isDeepStrictEqual } from 'node:util'
import { v7 as uuidv7 } from 'uuid'
import { mayOrder, type Scope } from '../access/scope.ts'
import type { CodecRunner } from '../codecs/codec-runner.ts'
import type { Model, Script } from '../codecs/model.ts'
import { scriptFor } from '../codecs/variant.ts'
import { OndineError } from '../errors/ondine-error.ts'
import type { Order } from './order.ts'
import { type PlannedOrder, planOrder } from './plan.ts'
import type { CommandTarget, CommandTargets, OrderLedger } from './ports.ts'
import { type OrderRequest, orderRequestSchema } from './request.ts'
import { digestOf } from './request-digest.ts'
import type { StepCode, StepContext } from './step-code.ts'

export interface CommandModels {
  /** the model and the LoRaWAN class of its device profile; throws when it is not in the registry */
  forCommands(slug: string): { model: Model; deviceClass: 'A' | 'B' | 'C' }
}

interface Parts {
  targets: CommandTargets
  models: CommandModels
  codecs: CodecRunner
  ledger: OrderLedger
  /** called once orders are in the ledger, so that the dispatcher looks at once */
  accepted: () => void
  now: () => Date
}

/** Takes orders: checks, plans, encodes and writes them into the ledger. Sending is the dispatcher's. */
export class CommandService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Accepts one order, or refuses it in one sentence with nothing sent. Bytes are made before anything is written, so
   * an order in the ledger can be sent. With the idempotency key of an earlier order, returns that one.
   */
  async order(scope: Scope, request: OrderRequest): Promise<Order> {
    const { targets, models, ledger, accepted, now } = this.#parts
    const wanted = orderRequestSchema.parse(request)
    allow(scope, wanted.command.type)
    const target = await targets.find(scope, wanted.asset)
    if (target === undefined) throw new OndineError('command.no-asset', { asset: wanted.asset })
    const known = await this.#orderedBefore(target, wanted)
    if (known !== undefined) return known

    const requestedAt = now()
    const { model, deviceClass } = models.forCommands(target.model)
    const plan = planOrder(wanted, { model, channel: target.channel, deviceClass, now: requestedAt, timeZone: target.timeZone })
    const codec = scriptFor(model, { frame: null, firmware: target.firmware })
    const common = { scope, wanted, target, codec, requestedAt }
    const order = await this.#row(plan.order, common, null)
    const rows = plan.returnOrder === null ? [order] : [order, await this.#row(plan.returnOrder, common, order.id)]
    const [first] = await ledger.add(rows, digestOf(wanted, target.asset)).catch(async (error: unknown) => {
      // The same key at the same moment: the other request was first.
      const other = await this.#orderedBefore(target, wanted)
      if (other === undefined) throw error
      return [other]
    })
    if (first === undefined) throw new OndineError('unexpected', { reason: 'the ledger returned no order' })
    accepted()
    return first
  }

  async get(scope: Scope, id: string): Promise<Order> {
    const order = await this.#parts.ledger.get(scope, id)
    if (order === undefined) throw new OndineError('order.not-found', { id })
    return order
  }

  list(scope: Scope, query: Parameters<OrderLedger['list']>[1]): ReturnType<OrderLedger['list']> {
    return this.#parts.ledger.list(scope, query)
  }

  async #orderedBefore(target: CommandTarget, wanted: OrderRequest): Promise<Order | undefined> {
    if (wanted.idempotencyKey === undefined) return undefined
    const known = await this.#parts.ledger.byIdempotencyKey(target.tenant, wanted.idempotencyKey)
    if (known === undefined) return undefined
    const { order, requestDigest } = known
    const same =
      requestDigest === null
        ? order.asset === target.asset && isDeepStrictEqual(order.command, wanted.command)
        : requestDigest === digestOf(wanted, target.asset)
    if (same) return order
    throw new OndineError('order.key-reused', { key: wanted.idempotencyKey })
  }

  async #row(
    planned: PlannedOrder,
    common: { scope: Scope; wanted: OrderRequest; target: CommandTarget; codec: Script; requestedAt: Date },
    returnOf: string | null,
  ): Promise<Omit<Order, 'number'>> {
    const { scope, wanted, target, codec, requestedAt } = common
    const encoded = await this.#encode(codec, planned)
    const time = requestedAt.toISOString()
    const accepted = <C extends StepCode>(code: C, context: StepContext<C>) => ({ time, state: 'accepted' as const, code, context })
    return {
      id: uuidv7(),
      tenant: target.tenant,
      service: target.service,
      asset: target.asset,
      devEui: target.devEui,
      channel: target.channel,
      model: target.model,
      command: planned.command,
      reason: wanted.reason ?? '',
      requestedBy: scope.account,
      requestedAt: time,
      idempotencyKey: returnOf === null ? (wanted.idempotencyKey ?? null) : null,
      notBefore: planned.notBefore.toISOString(),
      expiresAt: planned.expiresAt.toISOString(),
      until: planned.until?.toISOString() ?? null,
      returnOf,
      confirmed: planned.confirmed,
      downlink: encoded,
      queueItemId: null,
      fCntDown: null,
      gatewayId: null,
      state: 'accepted',
      steps: [returnOf === null ? accepted('accepted-by', { account: scope.account }) : accepted('return-order', {})],
    }
  }

  async #encode(codec: Script, planned: PlannedOrder): Promise<Order['downlink']> {
    if (planned.command.type === 'raw') return { fPort: planned.command.fPort, hex: planned.command.hex.toLowerCase() }
    const encoded = await this.#parts.codecs.encode(codec, planned.input)
    if (!encoded.ok) throw new OndineError('command.not-encoded', { model: codec.model, reason: encoded.errors.join('; ') })
    return { fPort: encoded.fPort, hex: Buffer.from(encoded.bytes).toString('hex') }
  }
}

function allow(scope: Scope, type: string): void {
  const allowed = type === 'raw' ? scope.role === 'admin' : mayOrder(scope)
  if (!allowed) throw new OndineError('command.not-allowed', { type, role: scope.role })
}
