import { implement } from '@orpc/server'
import { type Action, may } from '../access/permissions.ts'
import type { Scope } from '../access/scope.ts'
import { issueToken, revokeToken } from '../access/tokens.ts'
import { checkComplete, checkInstallation } from '../codecs/check-installation.ts'
import type { Model } from '../codecs/model.ts'
import type { Order } from '../commands/order.ts'
import { orderRequestSchema } from '../commands/request.ts'
import { type ErrorCode, OndineError } from '../errors/ondine-error.ts'
import { valueFaults } from '../errors/value-fault.ts'
import { translator } from '../language/translator.ts'
import type { Reading } from '../readings/reading.ts'
import type { ReadingQuery, ReadingScope } from '../readings/reading-store.ts'
import type { CodecView } from './contract/codecs.ts'
import { contract } from './contract/contract.ts'
import { deadLetterHandlers } from './dead-letter-handlers.ts'
import { whileInForce } from './in-force.ts'
import { lifeHandlers } from './life-handlers.ts'
import type { Desks } from './ports.ts'
import { provisioningHandlers } from './provisioning-handlers.ts'
import { readingHandlers } from './reading-handlers.ts'
import { narrow } from './reading-scope.ts'
import { readingStream } from './reading-stream.ts'
import { replayHandlers } from './replay-handlers.ts'
import type { RequestContext } from './request-context.ts'

/** Handlers of every route of the contract. Each hands the request's scope on: what it may see is decided below. */
export function createRouter(desks: Desks, { authenticateEveryMs }: { authenticateEveryMs: number }) {
  const os = implement(contract).$context<RequestContext>()
  const { tokens, inventory, readings, feed, commands, models, deadLetters, provisioning, upkeep, life, self, now } = desks

  /** Readings and orders know an asset by its slug. */
  async function selection<T extends { asset?: string | undefined; tenant?: string | undefined }>(scope: Scope, input: T): Promise<T> {
    const { asset, tenant } = input
    return asset === undefined ? input : { ...input, ...(await inventory.named(scope, { asset, tenant })) }
  }

  /** A name nobody gave is a mistake to tell; one that several tenants gave is not. */
  async function needAsset(scope: Scope, { asset, tenant }: { asset?: string | undefined; tenant?: string | undefined }) {
    if (asset === undefined) return
    await inventory
      .asset(scope, { slug: asset, ...(tenant === undefined ? {} : { tenant }) })
      .catch(orUndefined('inventory.asset-ambiguous'))
  }

  async function readingsOf(scope: Scope, input: ReadingInput) {
    const selected = await selection(scope, input)
    const narrowed = narrow(await inventory.readingScope(scope), selected)
    if (narrowed === null) return { items: [], cursor: null }
    const page = await readings.list(narrowed, queryOf(selected))
    return { items: [...page.readings], cursor: page.cursor }
  }

  /** tenant → zone, of these orders' tenants */
  async function timeZones(scope: Scope, orders: readonly Order[]): Promise<ReadonlyMap<string, string>> {
    const slugs = [...new Set(orders.map(({ tenant }) => tenant))]
    const pages = await Promise.all(slugs.map((tenant) => inventory.tenants(scope, { tenant, limit: 1 })))
    return new Map(pages.flatMap(({ items }) => items.map(({ slug, timeZone }) => [slug, timeZone])))
  }

  /** The model asked for, which must be one, else the device's; undefined where the network's own tags will tell. */
  async function modelToInstall(scope: Scope, devEui: string, asked: string | undefined): Promise<Model | undefined> {
    if (asked === undefined) {
      const known = await inventory.device(scope, devEui).catch(orUndefined('inventory.device-not-found'))
      return models.get(known?.model ?? '')
    }
    const model = models.get(asked)
    if (model === undefined) throw new OndineError('codec.unknown-model', { model: asked })
    return model
  }

  return os.router({
    status: {
      get: os.status.get.handler(({ context }) => self.status(context.scope)),
      doctor: os.status.doctor.handler(async ({ context }) => {
        need(context.scope, 'manage')
        const say = translator('en')
        const findings = await self.examine(context.scope)
        return {
          at: now().toISOString(),
          findings: findings.map((finding) => ({ ...finding, text: say.finding(finding.code, finding.context) })),
        }
      }),
    },
    devices: {
      list: os.devices.list.handler(async ({ input, context }) => mutable(await inventory.devices(context.scope, input))),
      get: os.devices.get.handler(({ input, context }) => inventory.device(context.scope, input.devEui)),
      install: os.devices.install.handler(async ({ input: { devEui, ...request }, context }) => {
        const model = await modelToInstall(context.scope, devEui, request.model)
        if (model === undefined) return inventory.install(context.scope, devEui, request)
        checkInstallation(model, request)
        const { slug, service } = model
        return inventory.install(context.scope, devEui, request, { slug, service, accept: (given) => checkComplete(model, given) })
      }),
    },
    gateways: {
      list: os.gateways.list.handler(async ({ input, context }) => mutable(await inventory.gateways(context.scope, input))),
    },
    assets: {
      list: os.assets.list.handler(async ({ input, context }) => mutable(await inventory.assets(context.scope, input))),
      get: os.assets.get.handler(({ input, context }) => inventory.asset(context.scope, input)),
      readings: os.assets.readings.handler(async ({ input, context }) => {
        const asset = await inventory.asset(context.scope, input)
        return readingsOf(context.scope, { ...input, asset: asset.slug, tenant: asset.tenant })
      }),
      state: os.assets.state.handler(async ({ input, context }) => {
        const asset = await inventory.asset(context.scope, input)
        const scope = narrow(await inventory.readingScope(context.scope), { tenant: asset.tenant })
        const values = scope === null ? [] : await readings.lastValues(scope, { asset: asset.slug })
        return {
          asset: asset.slug,
          tenant: asset.tenant,
          values: Object.fromEntries(values.map(({ name, value, time, device, flag }) => [name, { value, time, device, flag }])),
        }
      }),
    },
    readings: {
      ...readingHandlers(desks),
      list: os.readings.list.handler(async ({ input, context }) => {
        await needAsset(context.scope, input)
        return readingsOf(context.scope, input)
      }),
      stream: os.readings.stream.handler(async ({ input, context, signal }) => {
        // Before the first event: an error is an answer with its status only as long as nothing was sent.
        await needAsset(context.scope, input)
        const selected = await selection(context.scope, input)
        const scope = narrow(await inventory.readingScope(context.scope), selected)
        const { asset } = selected
        return (async function* () {
          if (scope === null) return
          const wanted = (reading: Reading) => isWithin(scope, reading) && (asset === undefined || reading.asset === asset)
          const token = whileInForce(context.authenticateAgain, authenticateEveryMs)
          try {
            yield* readingStream(feed, wanted, [signal, context.closing, token.signal])
          } finally {
            token.stop()
          }
        })()
      }),
    },
    commands: {
      order: os.commands.order.handler(async ({ input, context }) => {
        const key = input.idempotencyKey ?? keyOf(context.idempotencyKey)
        const order = await commands.order(context.scope, key === undefined ? input : { ...input, idempotencyKey: key })
        return zoned(order, await timeZones(context.scope, [order]))
      }),
      list: os.commands.list.handler(async ({ input, context }) => {
        const { asset, limit, cursor } = await selection<typeof input & { tenant?: string }>(context.scope, input)
        const query = { limit, ...(asset === undefined ? {} : { asset }), ...(cursor === undefined ? {} : { cursor }) }
        const page = await commands.list(context.scope, query)
        const zones = await timeZones(context.scope, page.orders)
        return { items: page.orders.map((order) => zoned(order, zones)), cursor: page.cursor }
      }),
      get: os.commands.get.handler(async ({ input, context }) => {
        const order = await commands.get(context.scope, input.id)
        return zoned(order, await timeZones(context.scope, [order]))
      }),
    },
    codecs: {
      list: os.codecs.list.handler(({ input }) => {
        const all = [...models.list()].sort((a, b) => a.slug.localeCompare(b.slug, 'en'))
        const { cursor } = input
        const rest = cursor === undefined ? all : all.filter((model) => model.slug.localeCompare(cursor, 'en') > 0)
        const items = rest.slice(0, input.limit)
        return {
          items: items.map((model) => viewOf(model, models)),
          cursor: rest.length > items.length ? (items.at(-1)?.slug ?? null) : null,
        }
      }),
      reload: os.codecs.reload.handler(async ({ context }) => {
        needServer(context.scope)
        const { added, changed, removed, broken } = await models.reload()
        const problems = broken.map(({ model, error }) => ({
          model,
          reason: error.message,
          code: error.code,
          context: { ...error.context },
        }))
        return { added: [...added], changed: [...changed], removed: [...removed], broken: problems }
      }),
      enable: os.codecs.enable.handler(({ input, context }) => {
        needServer(context.scope)
        const slug = `${input.vendor}/${input.model}`
        const model = models.get(slug)
        if (model === undefined) throw new OndineError('codec.unknown-model', { model: slug })
        models.enable(slug)
        return viewOf(model, models)
      }),
    },
    deadLetters: deadLetterHandlers(deadLetters),
    provisioning: provisioningHandlers(provisioning, upkeep),
    life: lifeHandlers(life),
    replays: replayHandlers(desks.replays),
    tokens: {
      create: os.tokens.create.handler(async ({ input, context }) => {
        const { token, record } = await issueToken(tokens, context.scope, input, now())
        return { ...record, token }
      }),
      list: os.tokens.list.handler(async ({ input, context }) => {
        need(context.scope, 'administrate')
        return mutable(await tokens.list(context.scope, input))
      }),
      revoke: os.tokens.revoke.handler(({ input, context }) => revokeToken(tokens, context.scope, input.id, now())),
    },
  })
}

interface ReadingInput {
  limit: number
  order: 'newest' | 'oldest'
  cursor?: string | undefined
  from?: string | undefined
  to?: string | undefined
  asset?: string | undefined
  tenant?: string | undefined
  service?: string | undefined
}

/** The header is held to the same form as the field. */
function keyOf(header: string | undefined): string | undefined {
  const key = orderRequestSchema.shape.idempotencyKey.safeParse(header)
  if (key.success) return key.data
  const reasons = key.error.issues.flatMap(valueFaults).map(({ reason }) => reason)
  throw new OndineError('api.invalid', { fields: `Idempotency-Key: ${reasons.join(', ')}` })
}

function need(scope: Scope, action: Action): void {
  if (!may(scope, action)) throw new OndineError('access.forbidden', { role: scope.role, action })
}

/** What concerns every tenant is for those who administrate them all. */
function needServer(scope: Scope): void {
  need(scope, 'administrate')
  if (scope.tenant !== null) throw new OndineError('access.one-tenant-only', { tenant: scope.tenant })
}

/** Bounds of the store are instants in one form, so that text order is time order. */
function queryOf(input: ReadingInput): ReadingQuery {
  return {
    order: input.order === 'newest' ? 'newest first' : 'oldest first',
    limit: input.limit,
    ...(input.cursor === undefined ? {} : { cursor: input.cursor }),
    ...(input.asset === undefined ? {} : { asset: input.asset }),
    ...(input.from === undefined ? {} : { from: new Date(input.from).toISOString() }),
    ...(input.to === undefined ? {} : { to: new Date(input.to).toISOString() }),
  }
}

export function isWithin(scope: ReadingScope, reading: Reading): boolean {
  const { tenant, services, assets } = scope
  return (
    (tenant === null || tenant === reading.tenant) &&
    (services === null || services.includes(reading.service)) &&
    (assets === null || assets.includes(reading.asset))
  )
}

function zoned(order: Order, zones: ReadonlyMap<string, string>): Order & { timeZone: string } {
  return { ...order, timeZone: zones.get(order.tenant) ?? 'UTC' }
}

function viewOf(model: Model, desk: Pick<Desks['models'], 'struck' | 'replacesShipped'>): CodecView {
  const own = desk.struck().filter((status) => status.model === model.slug)
  // Of several files the one that is not run any more speaks.
  const trouble = own.find(({ disabled }) => disabled) ?? own[0]
  return {
    model: model.slug,
    title: model.title,
    family: model.family,
    version: model.version,
    service: model.service,
    channels: Object.keys(model.channels),
    parameters: Object.entries(model.parameters).map(([name, { unit, required, range, label }]) => ({
      ...{ name, unit, required, label },
      range: range ?? null,
    })),
    commands: Object.keys(model.commands),
    replacesShipped: desk.replacesShipped(model.slug),
    trouble: trouble === undefined ? null : { disabled: trouble.disabled, strikes: trouble.strikes, reason: trouble.reason },
  }
}

/** For `catch`: this error is an answer too. */
function orUndefined(code: ErrorCode): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof OndineError) || error.code !== code) throw error
    return undefined
  }
}

function mutable<T>(page: { items: readonly T[]; cursor: string | null }): { items: T[]; cursor: string | null } {
  return { items: [...page.items], cursor: page.cursor }
}
