import { implement } from '@orpc/server'
import type { Scope } from '../access/scope.ts'
import { OndineError } from '../errors/ondine-error.ts'
import type { AssetView } from '../inventory/views.ts'
import type { Aggregate } from '../readings/aggregate.ts'
import { Attendance, type AttendanceReport } from '../readings/attendance.ts'
import { windowingOf } from '../readings/calendar.ts'
import { exportOf } from '../readings/export.ts'
import { exportTypes } from '../readings/export-formats.ts'
import type { ReadingScope } from '../readings/reading-store.ts'
import { seriesOf } from '../readings/series.ts'
import type { Measurement } from '../vocabulary/measurement.ts'
import { measurements } from '../vocabulary/measurements.ts'
import { contract } from './contract/contract.ts'
import { counterFacts } from './counter-facts.ts'
import type { Desks } from './ports.ts'
import { narrow, scopeOfAsset } from './reading-scope.ts'
import type { RequestContext } from './request-context.ts'

const os = implement(contract.readings).$context<RequestContext>()
const dayMs = 86_400_000

/** Handlers of what is asked of readings over time. */
export function readingHandlers({ inventory, readings, models, installations, now }: Desks) {
  const facts = { device: installations, model: (slug: string) => models.get(slug) }

  /** With its service, which a token may not see, as that narrows too. */
  async function assetOf(
    scope: Scope,
    { asset, tenant, service }: { asset: string; tenant?: string | undefined; service?: string | undefined },
  ) {
    const found = await inventory.asset(scope, { slug: asset, ...(tenant === undefined ? {} : { tenant }) })
    if (service !== undefined && found.service !== service) throw new OndineError('inventory.asset-not-found', { asset })
    return found
  }

  /** What the scope leaves of the input's tenant, service and asset; null: nothing. */
  async function selected(scope: Scope, input: { asset?: string | undefined; tenant?: string | undefined; service?: string | undefined }) {
    if (input.asset !== undefined) {
      const asset = await assetOf(scope, { ...input, asset: input.asset })
      return { asset, scope: await scopeOfAsset(inventory, scope, asset) }
    }
    const narrowed = narrow(await inventory.readingScope(scope), input)
    return narrowed === null ? null : { asset: undefined, scope: narrowed }
  }

  async function attendanceOf(scope: ReadingScope, asset: AssetView, { from, to, interval: asked }: AttendanceInput) {
    const interval = asked ?? intervalOf(asset)
    if (interval === undefined) return null
    let attendance: Attendance | undefined
    const installed = asset.devices.reduce((first, device) => Math.min(first, Date.parse(device.from)), Number.POSITIVE_INFINITY)
    const since = (first: number) => Math.max(from, Math.min(first, installed))
    const begin = (first: number) => new Attendance({ from: Math.min(since(first), to), to, interval: interval * 1000 })
    const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
    for await (const page of readings.times(scope, { tenant: asset.tenant, asset: asset.slug, ...span })) {
      for (const text of page) {
        const time = Date.parse(text)
        attendance ??= begin(time)
        attendance.add(time)
      }
    }
    return { interval, ...(attendance ?? begin(Number.POSITIVE_INFINITY)).report() }
  }

  function intervalOf(asset: AssetView): number | undefined {
    const all = asset.devices.flatMap(({ model }) => models.get(model ?? '')?.expectedInterval ?? [])
    return all.length === 0 ? undefined : Math.min(...all)
  }

  return {
    last: os.last.handler(async ({ input, context }) => {
      const only = (name: string) => input.name === undefined || input.name === name
      if (input.asset !== undefined) {
        const asset = await assetOf(context.scope, { ...input, asset: input.asset })
        const values = await readings.lastValues(await scopeOfAsset(inventory, context.scope, asset), { asset: asset.slug })
        return { items: values.filter(({ name }) => only(name)), cursor: null }
      }
      const page = await inventory.assets(context.scope, input)
      const narrowed = narrow(await inventory.readingScope(context.scope), input)
      if (narrowed === null) return { items: [], cursor: null }
      const items = []
      for (const [tenant, assets] of Map.groupBy(page.items, (asset) => asset.tenant)) {
        const slugs = assets.map(({ slug }) => slug)
        for (const value of await readings.lastValues({ ...narrowed, tenant, assets: slugs }, {})) if (only(value.name)) items.push(value)
      }
      return { items, cursor: page.cursor }
    }),

    series: os.series.handler(async ({ input, context }) => {
      const { name } = input
      const measurement = measurements.get(name)
      if (measurement === undefined) throw new OndineError('reading.not-measured', { name })
      const aggregate = input.aggregate ?? usualOf(measurement)
      if (aggregate === 'consumption' && measurement.kind !== 'counter') throw new OndineError('reading.not-a-counter', { name })
      const asset = await assetOf(context.scope, input)
      const timeZone =
        input.timeZone ?? (await inventory.tenants(context.scope, { tenant: asset.tenant, limit: 1 })).items[0]?.timeZone ?? 'UTC'
      const windowing = windowingOf(input.window, timeZone)
      const { from, to } = spanOf(input, now(), 7 * dayMs)
      const scope = await scopeOfAsset(inventory, context.scope, asset)
      const query = { tenant: asset.tenant, asset: asset.slug, name, from: new Date(from).toISOString(), to: new Date(to).toISOString() }
      const { points, steps, fromDays } = await seriesOf(readings, scope, {
        ...query,
        windowing,
        aggregate,
        facts: counterFacts(facts, query),
      })
      return {
        ...{ asset: asset.slug, tenant: asset.tenant, name, unit: measurement.unit, aggregate, timeZone, fromDays },
        points: [...points],
        steps: { ...steps },
      }
    }),

    gaps: os.gaps.handler(async ({ input, context }) => {
      const asset = await assetOf(context.scope, input)
      const span = spanOf(input, now(), 30 * dayMs, true)
      const found = await attendanceOf(await scopeOfAsset(inventory, context.scope, asset), asset, { ...span, interval: input.interval })
      if (found === null) throw new OndineError('reading.interval-unknown', { asset: asset.slug })
      return { asset: asset.slug, tenant: asset.tenant, service: asset.service, ...found, gaps: [...found.gaps] }
    }),

    completeness: os.completeness.handler(async ({ input, context }) => {
      const span = spanOf(input, now(), 30 * dayMs, true)
      const single = input.asset === undefined ? undefined : await assetOf(context.scope, { ...input, asset: input.asset })
      const page = single === undefined ? await inventory.assets(context.scope, input) : { items: [single], cursor: null }
      const { services } = await inventory.readingScope(context.scope)
      const items = []
      for (const asset of page.items) {
        const { slug, tenant, service } = asset
        const scope = { tenant, services, assets: [slug] }
        const found = await attendanceOf(scope, asset, { ...span, interval: input.interval })
        items.push({ asset: slug, tenant, service, ...(found === null ? await unmeasured(scope, asset, span) : summary(found)) })
      }
      return { items, cursor: page.cursor }
    }),

    export: os.export.handler(async ({ input, context, signal }) => {
      const names = input.values?.split(',').map((name) => name.trim())
      for (const name of names ?? []) if (!measurements.has(name)) throw new OndineError('reading.not-measured', { name })
      const { from, to } = input
      if (from !== undefined && to !== undefined) spanOf({ from, to }, now(), 0)
      const wanted = await selected(context.scope, input)
      const { format } = input
      const query = {
        ...(wanted?.asset === undefined ? {} : { asset: wanted.asset.slug }),
        ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
        ...(to === undefined ? {} : { to: new Date(to).toISOString() }),
      }
      const nothing = { tenant: null, services: [], assets: [] }
      const bytes = exportOf(readings, wanted?.scope ?? nothing, query, { format, names })
      const ended = AbortSignal.any([context.closing, ...(signal === undefined ? [] : [signal])])
      return {
        headers: { 'content-type': exportTypes[format], 'content-disposition': `attachment; filename="readings.${format}"` },
        body: streamOf(bytes, ended),
      }
    }),
  }

  /** Of an asset of which nobody knows how often it should report. */
  async function unmeasured({ services }: ReadingScope, { tenant, slug }: AssetView, { from, to }: { from: number; to: number }) {
    const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
    let received = 0
    for await (const page of readings.times({ tenant, services, assets: [slug] }, { tenant, asset: slug, ...span })) received += page.length
    return { ...span, received, interval: null, expected: null, missing: null, completeness: null, longest: null }
  }
}

interface AttendanceInput {
  from: number
  to: number
  /** seconds */
  interval: number | undefined
}

function summary({ interval, from, to, received, expected, missing, completeness, gaps }: AttendanceReport & { interval: number }) {
  const longest = gaps.reduce<(typeof gaps)[number] | null>((most, gap) => (most === null || gap.missing > most.missing ? gap : most), null)
  return { interval, from, to, received, expected, missing, completeness, longest }
}

/** In ms since 1970. @throws OndineError `reading.span-empty` */
function spanOf(
  input: { from?: string | undefined; to?: string | undefined },
  now: Date,
  usual: number,
  untilNow = false,
): { from: number; to: number } {
  const asked = input.to === undefined ? now.getTime() : Date.parse(input.to)
  const from = input.from === undefined ? asked - usual : Date.parse(input.from)
  if (!(from < asked))
    throw new OndineError('reading.span-empty', { from: new Date(from).toISOString(), to: new Date(asked).toISOString() })
  const to = untilNow ? Math.min(asked, now.getTime()) : asked
  if (!(from < to)) throw new OndineError('reading.span-empty', { from: new Date(from).toISOString(), to: new Date(to).toISOString() })
  return { from, to }
}

function usualOf({ over }: Measurement): Aggregate {
  return over === 'difference' ? 'consumption' : over
}

/** The reader draws: nothing is made before it is taken, and what a reader leaves is ended. */
function streamOf(bytes: AsyncGenerator<Uint8Array>, ended: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = ended.aborted ? undefined : await bytes.next()
        if (next === undefined) controller.error(ended.reason)
        else if (next.done === true) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await bytes.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}
