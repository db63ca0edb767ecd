import { seesCommune, seesService } from '../../access/scope.ts'
import { checkComplete, checkInstallation } from '../../codecs/check-installation.ts'
import type { Model } from '../../codecs/model.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Asset, Assignment, Device, Equipment, Parameters } from '../../inventory/entities.ts'
import type { Step } from '../plan/plan.ts'
import type { WantedDevice } from '../territory/territory.ts'
import { carriedParameters } from './carried-parameters.ts'
import { audit, bindStep, checkEnds, expected, moveSteps, needDevice, openOf, since, switchStep } from './checks.ts'
import type { LifeInput, LifePlan } from './facts.ts'

/** What comes in the place of what serves an asset. */
export interface SwapRequest {
  asset: Asset
  /** channel of the device to be replaced, where several serve the asset */
  channel?: string | undefined
  /** null: the radio stays, and its body is replaced; `create`: it is not on the network yet, its keys wait sealed; `enable`: it is there, and disabled; `move`: the asset's service has an application to move it to */
  device: {
    devEui: string
    model?: string | undefined
    enable: boolean
    move?: boolean
    create?: { wanted: WantedDevice; fingerprint: string } | undefined
  } | null
  /** null: the body stays */
  body: { serial: string; kind: string } | null
  /** the asset as the person named it; left out: its slug */
  called?: string | undefined
  from?: string | undefined
  startIndex?: number | undefined
  endIndex?: number | undefined
  /** those given count, the others go on as far as they still hold; `b.startIndex` for what channel b serves beside */
  parameters: Parameters
  force: boolean
}

export interface SwapPlan extends LifePlan {
  old: Device
  /** the same device where its body was replaced alone */
  new: Device
  from: string
  /** what ends, on all channels of the old device: it is one thing, and goes whole */
  ended: readonly Assignment[]
}

/**
 * Ends what the old device serves and lets the new one go on with it: the same assets and channels, the same body unless another is
 * named. Throws `life.*`, `install.*` and `inventory.*`.
 */
export function planSwap(input: LifeInput, request: SwapRequest): SwapPlan {
  const { facts, newId } = input
  if (request.device === null && request.body === null) throw new OndineError('life.nothing-to-swap', {})
  const served = servedBy(input, request)
  const old = needDevice(facts, served.devEui)
  const device = request.device === null ? old : newDevice(input, request, old, request.device)
  const model = modelOf(input, device)
  if (request.device !== null && !request.force) checkFamily(input, old, model)

  const from = since(input, request.from)
  const ended = request.device === null ? [served] : openOf(facts, old.devEui)
  checkSeen(input, ended)
  checkEnds(ended, ({ devEui }) => devEui, from)
  const body = bodyOf(input, request)

  const closed = ended.map((one) => ({ ...one, to: from, endIndex: one.id === served.id ? (request.endIndex ?? null) : null }))
  const opened = ended.map((one): Assignment => {
    const isAsked = one.id === served.id
    const channel = channelOn(model, one.channel, ended.length)
    const parameters = { ...carriedParameters(one.parameters, model), ...givenFor(request.parameters, one.channel, isAsked) }
    checkInstallation(model, { channel, parameters })
    checkComplete(model, parameters)
    return {
      ...{ id: newId(), devEui: device.devEui, channel, assetId: one.assetId, from, to: null, parameters },
      equipmentId: isAsked && body !== null ? body.id : one.equipmentId,
      startIndex: isAsked ? (request.startIndex ?? null) : null,
      endIndex: null,
    }
  })
  if (device !== old) checkFree(input, device, opened)

  const isKnown = facts.devices.some(({ devEui }) => devEui === device.devEui)
  const before = isKnown ? device : { ...device, status: 'in stock' as const }
  const now = opened[ended.indexOf(served)] ?? served
  const noted = audit(input, 'device.swap', request.asset.slug, traceOf(served), traceOf(now))
  const rows = { equipment: body === null ? [] : [body], assignments: [...closed, ...opened], audit: [noted] }
  const plan = { old, new: device, from, ended }
  if (device === old) {
    return { ...plan, steps: [bindStep(facts, old.devEui, now.channel, expected(facts, [old]), { ...rows, devices: [] })] }
  }
  const devices = [
    { ...old, status: 'disabled' as const },
    { ...device, status: 'installed' as const },
  ]
  const bind = bindStep(facts, device.devEui, now.channel, expected(facts, [old, before]), { ...rows, devices })
  const { create, enable, move } = request.device ?? {}
  const stock = move === true ? facts.devices.find(({ devEui }) => devEui === device.devEui) : undefined
  return {
    ...plan,
    steps: [
      ...(create === undefined ? [] : [createStep(create)]),
      bind,
      ...(stock === undefined ? [] : moveSteps(input, stock, { ...device, status: 'installed' }, opened)),
      ...(enable === true ? [switchStep(device, { disabled: false, status: 'installed', open: opened })] : []),
      switchStep(old, { disabled: true, status: 'disabled', open: [] }),
    ],
  }
}

/** `b.startIndex`: of what channel b of the old device serves beside the asset that was named. */
function givenFor(parameters: Parameters, channel: string, isAsked: boolean): Parameters {
  const prefix = `${channel}.`
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => {
      if (name.startsWith(prefix)) return [[name.slice(prefix.length), value]]
      return isAsked && !name.includes('.') ? [[name, value]] : []
    }),
  )
}

function createStep({ wanted, fingerprint }: { wanted: WantedDevice; fingerprint: string }): Step {
  return { kind: 'device', action: 'create-device', key: wanted.devEui, source: null, wanted, keys: fingerprint }
}

/** The open assignment that is meant. Throws `life.asset-not-served` and `life.several-devices`. */
function servedBy({ facts }: LifeInput, { asset, channel, called = asset.slug }: SwapRequest): Assignment {
  const open = facts.assignments.filter((one) => one.assetId === asset.id && one.to === null)
  const asked = channel === undefined ? open : open.filter((one) => one.channel === channel)
  const [served] = asked
  if (served === undefined) throw new OndineError('life.asset-not-served', { asset: called })
  if (new Set(asked.map(({ devEui }) => devEui)).size > 1) {
    throw new OndineError('life.several-devices', {
      asset: called,
      served: asked.map((one) => `${one.devEui} (${one.channel})`).join(', '),
    })
  }
  return asked.find((one) => one.channel === 'main') ?? served
}

function newDevice(
  { facts, model, scope }: LifeInput,
  { asset, force, called = asset.slug }: SwapRequest,
  old: Device,
  asked: NonNullable<SwapRequest['device']>,
): Device {
  const { devEui, create } = asked
  if (devEui === old.devEui) throw new OndineError('life.same-device', { devEui, asset: called })
  if (create !== undefined) {
    const { wanted } = create
    const named = {
      name: wanted.name === '' ? devEui : wanted.name,
      model: wanted.model,
      serial: wanted.serial === '' ? null : wanted.serial,
    }
    return { devEui, tenantId: facts.tenant.id, serviceId: asset.serviceId, firmware: null, status: 'in stock', ...named }
  }
  const device = needDevice(facts, devEui)
  if (device.status === 'retired') throw new OndineError('inventory.device-retired', { devEui })
  if (device.status === 'disabled') throw new OndineError('life.disabled', { devEui })
  const [serves] = openOf(facts, devEui)
  if (device.status === 'installed' || serves !== undefined) {
    throw new OndineError('life.installed-elsewhere', {
      devEui,
      asset: facts.places.find(({ assetId }) => assetId === serves?.assetId)?.asset ?? '',
    })
  }
  const stock = facts.services.find(({ id }) => id === device.serviceId)
  const own = facts.services.find(({ id }) => id === asset.serviceId)
  if (stock !== undefined && !seesService(scope, stock.slug)) throw new OndineError('inventory.device-elsewhere', { devEui })
  if (stock !== undefined && own !== undefined && stock.id !== own.id && !force) {
    throw new OndineError('life.other-service', { devEui, service: own.slug, of: stock.slug, asset: called })
  }
  const known = device.model ?? asked.model ?? null
  return { ...device, serviceId: asset.serviceId, model: known !== null && model(known) !== undefined ? known : device.model }
}

/** Its frames would be dead letters. Throws `life.model-needed`. */
function modelOf({ model }: LifeInput, { devEui, model: slug }: Device): Model {
  const known = slug === null ? undefined : model(slug)
  if (known === undefined) throw new OndineError('life.model-needed', { devEui, models: slug ?? '' })
  return known
}

function checkFamily({ model }: LifeInput, old: Device, next: Model): void {
  const before = old.model === null ? undefined : model(old.model)
  if (old.model === next.slug || before?.family === next.family) return
  throw new OndineError('life.other-family', {
    ...{ old: old.devEui, oldFamily: before?.family ?? '?', new: next.slug, newFamily: next.family },
  })
}

/** Of the old device everything goes, also what it serves beside: that too must be the asker's to change. Throws `inventory.outside-scope`. */
function checkSeen({ facts, scope }: LifeInput, ended: readonly Assignment[]): void {
  for (const { assetId } of ended) {
    const place = facts.places.find((one) => one.assetId === assetId)
    if (place !== undefined && seesService(scope, place.service) && seesCommune(scope, place.commune)) continue
    throw new OndineError('inventory.outside-scope', { what: 'another asset of the same device' })
  }
}

/** A body that serves another asset is a mistyped serial number. Throws `life.body-elsewhere`. */
function bodyOf({ facts, newId }: LifeInput, { body, asset }: SwapRequest): Equipment | null {
  if (body === null) return null
  const isElsewhere = ({ equipmentId, assetId }: Assignment) => equipmentId === facts.equipment?.id && assetId !== asset.id
  if (facts.equipmentOpen.some(isElsewhere)) throw new OndineError('life.body-elsewhere', { serial: body.serial })
  return facts.equipment ?? { id: newId(), tenantId: facts.tenant.id, ...body }
}

/** The channel of the same name; where one channel goes over to a model that has but one, that. */
function channelOn({ channels }: Model, channel: string, moving: number): string {
  const [only, second] = Object.keys(channels)
  return !Object.hasOwn(channels, channel) && moving === 1 && only !== undefined && second === undefined ? only : channel
}

/** Where it served before must have ended by then. Throws `inventory.assignment-overlaps`. */
function checkFree({ facts }: LifeInput, { devEui }: Device, opened: readonly Assignment[]): void {
  for (const { channel, from } of opened) {
    const inTheWay = facts.assignments.find((one) => one.devEui === devEui && one.channel === channel && one.to !== null && one.to > from)
    if (inTheWay === undefined) continue
    throw new OndineError('inventory.assignment-overlaps', { object: devEui, from, since: inTheWay.from, until: inTheWay.to ?? '' })
  }
}

function traceOf(one: Assignment) {
  const { devEui, channel, equipmentId, from, parameters, startIndex, endIndex } = one
  return { device: devEui, channel, equipmentId, from, parameters, startIndex, endIndex }
}
