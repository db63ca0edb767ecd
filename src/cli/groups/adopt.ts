import type { Adoption } from '../../api/contract/provisioning.ts'
import type { Build } from '../groups.ts'
import { collect, withExamples } from '../options.ts'
import type { Session } from '../session.ts'

interface AdoptOptions {
  map?: string[]
  dryRun?: true
}

/** `ondine adopt`: what ChirpStack has comes into the inventory. */
export const build: Build = (command, session) => {
  const { words } = session
  command
    .option('--map <profile=model>', words.text('help.opt-map'), collect)
    .option('--dry-run', words.text('help.opt-dry-run'))
    .action((options: AdoptOptions) => run(session, options))
  withExamples(command, session, [
    'ondine adopt --dry-run',
    'ondine adopt --map "Compteurs eau=axioma/qalcosonic-w1"',
    'ondine adopt --dry-run --json',
  ])
}

async function run(session: Session, { map, dryRun }: AdoptOptions): Promise<void> {
  const { OndineError } = await import('../../errors/ondine-error.ts')
  const { words } = session
  const mapping = Object.fromEntries(
    (map ?? []).map((pair) => {
      const separator = pair.lastIndexOf('=')
      if (separator < 1) throw new OndineError('cli.usage', { reason: words.text('use.bad-pair', { text: pair }) })
      return [pair.slice(0, separator).trim(), pair.slice(separator + 1).trim()]
    }),
  )
  const { counted, number } = await import('../provisioning/numbers.ts')
  const client = await session.client()
  const adoption = await adopted(session, () => client.provisioning.adopt({ mapping, dryRun: dryRun === true }))
  session.answer(adoption, () => [
    ...adoption.counts
      .filter(({ found }) => found > 0)
      .map(({ kind, found, adopted }) =>
        words.text('adopt.kind', { what: counted(session, `plan.${kind}`, found), adopted: number(session, adopted) }),
      ),
    ...adoption.recognised.map(({ model, by, count }) =>
      words.text('adopt.model', { what: counted(session, 'plan.device', count), model, by: words.text(`adopt.by-${by}`) }),
    ),
    ...adoption.unrecognised.map(({ tenant, profile, count }) =>
      words.text('adopt.unknown', { what: counted(session, 'plan.device', count), profile, tenant }),
    ),
    ...(adoption.dryRun ? [words.text('adopt.dry')] : []),
    ...next(session, adoption),
  ])
}

/** Asks again for as long as it goes on; a stop of ours does not stop it. */
async function adopted(session: Session, ask: () => Promise<Adoption>): Promise<Adoption> {
  const { progress } = await import('../progress.ts')
  let adoption = await ask()
  const bar = await progress(session, adoption.underWay?.of ?? 0)
  try {
    for (; adoption.underWay !== null; adoption = await ask()) bar.at(adoption.underWay.read, '')
    return adoption
  } finally {
    bar.stop()
  }
}

/** The command that says which model each unknown profile is, as far as it can be guessed. */
function next({ words }: Session, { unrecognised, dryRun }: Adoption): string[] {
  if (unrecognised.length === 0) return [words.text('plan.next', { command: dryRun ? 'ondine adopt' : 'ondine device list' })]
  const maps = unrecognised.slice(0, 3).map(({ profile, suggestion }) => ` --map "${profile}=${suggestion ?? '…/…'}"`)
  return [words.text('plan.next', { command: `ondine adopt${maps.join('')}` })]
}
