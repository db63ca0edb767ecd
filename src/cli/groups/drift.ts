import type { Client } from '../../api/contract/client.ts'
import type { DriftView, KeysTime, ObjectRef } from '../../api/contract/provisioning.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Build } from '../groups.ts'
import { given, withExamples } from '../options.ts'
import { interruptedCode, type Session } from '../session.ts'
import { table } from '../table.ts'

interface DriftOptions {
  tenant?: string
  keys?: true
  /** true: with --all */
  adopt?: string[] | true
  restore?: string[] | true
  all?: true
}

type Item = Awaited<ReturnType<Client['provisioning']['drift']>>['items'][number]

/** `ondine drift`: what was changed in ChirpStack by hand, kept or put back object by object. */
export const build: Build = (command, session) => {
  const { words } = session
  command
    .option('--tenant <slug>', words.text('help.opt-tenant'))
    .option('--keys', words.text('help.opt-drift-keys'))
    .option('--adopt [object...]', words.text('help.opt-adopt'))
    .option('--restore [object...]', words.text('help.opt-restore'))
    .option('--all', words.text('help.opt-all-drift'))
    .action((options: DriftOptions) => run(session, options))
  withExamples(command, session, [
    'ondine drift',
    'ondine drift --keys --json',
    'ondine drift --restore 0018b20000001a2b',
    'ondine drift --adopt --all',
  ])
}

async function run(session: Session, options: DriftOptions): Promise<void> {
  const { words } = session
  const { tenant, keys } = options
  const wish = wishOf(session, options)
  const client = await session.client()
  const time = keys === true ? await client.provisioning.driftKeysTime(given({ tenant })) : null
  if (time !== null && session.options.json !== true) await tellTime(session, time)
  const { items, looked } = await client.provisioning.drift({ ...given({ tenant }), keys: keys === true })
  if (wish !== null) return resolve(session, client, { ...wish, items })
  const { number } = await import('../provisioning/numbers.ts')
  const rows = items.flatMap((item) => rowsOf(session, item))
  const titles = (['kind', 'object', 'field', 'was', 'is'] as const).map((title) => words.text(`column.${title}`))
  const lines = items.length === 0 ? [] : await table(session, titles, rows)
  session.answer({ items, looked, ...(time === null ? {} : { keys: time }) }, () =>
    items.length === 0 ? [words.text('drift.none', { looked: number(session, looked) })] : [...lines, words.text('drift.next')],
  )
}

/** null: nothing but looking. Throws `cli.usage`. */
function wishOf({ words }: Session, { adopt, restore, all }: DriftOptions): Pick<Resolving, 'action' | 'named'> | null {
  const asked = adopt ?? restore
  if (asked === undefined && all === undefined) return null
  if (asked === undefined || (adopt !== undefined && restore !== undefined) || (asked === true) !== (all === true)) {
    throw new OndineError('cli.usage', { reason: words.text('drift.one-way') })
  }
  return { action: adopt === undefined ? 'restore' : 'adopt', named: asked === true ? null : asked }
}

/** One call per device: how long that takes is said before. */
async function tellTime(session: Session, { devices, seconds }: KeysTime): Promise<void> {
  const [{ duration }, { counted }] = await Promise.all([import('../provisioning/duration.ts'), import('../provisioning/numbers.ts')])
  const facts = { what: counted(session, 'plan.device', devices), duration: duration(seconds) }
  session.io.err(`${session.words.text('drift.takes', facts)}\n`)
}

interface Resolving {
  action: 'adopt' | 'restore'
  items: readonly Item[]
  /** null: all */
  named: readonly string[] | null
}

async function resolve(session: Session, client: Client, { action, items, named }: Resolving): Promise<void> {
  const { words } = session
  const wanted = named === null ? items : named.flatMap((name) => meant(items, name))
  if (named === null && items.length === 0)
    return session.answer({ adopted: 0, job: null, refused: [] }, () => [words.text('drift.nothing')])
  const objects = named === null || wanted.length > 0 ? refs(wanted) : named.map((key): ObjectRef => ({ kind: 'device', key }))
  const resolution = await client.provisioning.resolveDrift({ objects, action })
  const { followJob, isEnded, jobLine } = await import('../provisioning/follow-job.ts')
  const { number } = await import('../provisioning/numbers.ts')
  const { adviceOfReason } = await import('../provisioning/report.ts')
  const job = resolution.job === null ? null : await followJob(session, client, resolution.job)
  if (job !== null && !isEnded(job)) session.exitCode = interruptedCode
  session.answer({ ...resolution, job }, () => [
    ...(action === 'adopt' ? [words.text('drift.adopted', { count: number(session, resolution.adopted) })] : []),
    ...(job === null ? [] : [isEnded(job) ? jobLine(session, job) : words.text('job.left', job)]),
    ...resolution.refused.map((one) => `! ${one.kind} ${one.key}  ${adviceOfReason(session, one.reason) ?? one.advice ?? one.reason}`),
  ])
  if (job !== null && job.failed > 0) {
    throw new OndineError('provisioning.job-failed', { number: job.number, failed: job.failed, total: job.total })
  }
}

/** By its key, however an EUI is written. */
function meant(items: readonly Item[], name: string): readonly Item[] {
  const eui = name.replace(/[:-]/g, '').toLowerCase()
  return items.filter(({ key }) => key === name || key === eui)
}

function refs(items: readonly Item[]): ObjectRef[] {
  return [...new Map(items.map(({ kind, key }) => [`${kind} ${key}`, { kind, key }])).values()]
}

function rowsOf({ words }: Session, { kind, key, what, changes }: DriftView): string[][] {
  if (what === 'missing') return [[kind, key, '', '', words.text('drift.missing')]]
  if (what === 'keys') return [[kind, key, words.text('drift.keys'), '', words.text('drift.other-keys')]]
  return changes.map(({ field, from, to }) => [kind, key, field, shown(from), shown(to)])
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
