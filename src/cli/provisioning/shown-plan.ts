import type { Client } from '../../api/contract/client.ts'
import type { PlanSummary } from '../../api/contract/provisioning.ts'
import type { Session } from '../session.ts'
import { duration } from './duration.ts'
import { counted, number, place } from './numbers.ts'
import { adviceOf } from './report.ts'

type Count = PlanSummary['counts'][number]

const kinds = ['tenant', 'application', 'profile', 'gateway', 'device', 'installation'] as const
/** Refused rows that are told one by one. */
const fewRefused = 5

/** What a plan would do, in a few lines. */
export function planLines(session: Session, plan: PlanSummary): string[] {
  const { words } = session
  const of = (outcome: Count['outcome']) => plan.counts.filter((count) => count.outcome === outcome && count.count > 0)
  const all = (outcome: Count['outcome']) => kinds.flatMap((kind) => of(outcome).filter((count) => count.kind === kind))
  const because = (reason: string) => kinds.flatMap((kind) => plan.reasons.filter((one) => one.reason === reason && one.kind === kind))
  const [takenOver, followed] = [because('taken-over'), because('later-row')]
  const what = (counts: readonly Count[]) => counts.map(({ kind, count }) => counted(session, `plan.${kind}`, count)).join(', ')
  const line = (sign: string, counts: readonly Count[], text: (what: string) => string) =>
    counts.length === 0 ? [] : [`${sign} ${text(what(counts))}`]
  const created = all('create')
  const others = created.filter(({ kind }) => kind !== 'device')
  const devices = created.filter(({ kind }) => kind === 'device')
  const models = plan.newDevices.map(({ model, count }) => (plan.newDevices.length === 1 ? model : `${number(session, count)} ${model}`))
  const fields = plan.changes.slice(0, 6).map(({ field, count }) => `${field} ${number(session, count)}`)
  const unchanged = all('unchanged').filter(({ kind }) => kind === 'device' || kind === 'installation' || kind === 'gateway')
  return [
    ...line('+', others, (text) => text),
    ...line('+', devices, (text) => words.text('plan.to-stock', { what: text, models: models.join(', ') })),
    ...line('~', without(all('change'), takenOver), (text) => words.text('plan.change', { what: text, fields: fields.join(', ') })),
    ...line('=', takenOver, (text) => words.text('plan.taken-over', { what: text })),
    ...line('=', unchanged, (text) => words.text('plan.unchanged', { what: text })),
    ...line('<', followed, (text) => words.text('plan.followed', { what: text })),
    ...line('<', without(all('superseded'), followed), (text) => words.text('plan.superseded', { what: text })),
    ...line('-', all('delete'), (text) => words.text('plan.delete', { what: text })),
    ...(plan.refused === 0 ? [] : [`✗ ${words.text('plan.refused', { what: counted(session, 'plan.rows', plan.refused) })}`]),
    ...plan.otherFolders.map(({ owner, objects }) => words.text('plan.other-folder', { owner, count: number(session, objects) })),
    ...plan.guards.map((guard) => words.text('plan.guard', guard)),
    ...(plan.steps === 0 ? [words.text('plan.nothing')] : []),
    ...(plan.seconds === null || plan.steps === 0 ? [] : [`  ${words.text('plan.time', { duration: duration(plan.seconds) })}`]),
  ]
}

function without(counts: readonly Count[], others: readonly Count[]): Count[] {
  return counts.flatMap((one) => {
    const other = others.find(({ kind, outcome }) => kind === one.kind && outcome === one.outcome)
    const count = one.count - (other?.count ?? 0)
    return count === 0 ? [] : [{ ...one, count }]
  })
}

/** The first refused rows, each with its place, why, and what to do. */
export async function refusedLines(session: Session, client: Client, plan: PlanSummary, report: string): Promise<string[]> {
  if (plan.refused === 0) return []
  const { words } = session
  const { items } = await client.provisioning.planRows({ id: plan.id, outcome: 'refused', limit: fewRefused })
  const rest = plan.refused - items.length
  return [
    ...items.map((row) => {
      return `    ${row.source === null ? row.key : place(row.source)}  ${row.reason ?? ''}  ${adviceOf(session, row) ?? ''}`.trimEnd()
    }),
    ...(rest === 0 ? [] : [`    ${words.text('plan.more-refused', { count: number(session, rest), file: report })}`]),
  ]
}
