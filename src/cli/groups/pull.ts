import type { TableChange } from '../../provisioning/territory/table-change.ts'
import type { WrittenTable } from '../../provisioning/territory/write-back.ts'
import type { Build } from '../groups.ts'
import { withExamples } from '../options.ts'
import type { Session } from '../session.ts'

/** `ondine pull`: what was changed on the spot is written into the folder's tables. */
export const build: Build = (command, session) => {
  const { words } = session
  command
    .argument('[folder]', words.text('help.arg-folder'))
    .option('--dry-run', words.text('help.opt-pull-dry-run'))
    .option('--all', words.text('help.opt-pull-all'))
    .action((folder: string | undefined, options: { dryRun?: true; all?: true }) => run(session, folder ?? '.', options))
  withExamples(command, session, ['ondine pull', 'ondine pull territory --dry-run --json', 'ondine pull territory --all'])
}

async function run(
  session: Session,
  folder: string,
  { dryRun: isDry = false, all = false }: { dryRun?: boolean; all?: boolean },
): Promise<void> {
  const [{ readTerritory }, { pulled }, { writeBack }] = await Promise.all([
    import('../../provisioning/territory/read-territory.ts'),
    import('../../provisioning/territory/of-folder.ts'),
    import('../../provisioning/territory/write-back.ts'),
  ])
  const { words } = session
  const read = await readTerritory(folder)
  const client = await session.client(read.server ?? undefined)
  const owner = read.territory.id
  // A folder that has made nothing yet is told of its tenants only where it names them.
  const named = all ? read.territory.tenants.map(({ slug }) => ({ owner, tenant: slug })) : [{ owner }]
  const parts = await Promise.all(named.map((one) => client.provisioning.changes(one)))
  const now = { devices: parts.flatMap(({ devices }) => devices), installations: parts.flatMap(({ installations }) => installations) }
  const { changes, others } = pulled(read, now, { all })
  const left = all || others === 0 ? [] : [words.text('pull.others', { count: others })]
  if (isDry) {
    return session.answer({ changes, files: [], others }, () => [
      ...(changes.length === 0 ? [words.text('pull.nothing')] : changes.map(changeLine)),
      ...left,
    ])
  }
  const files = await writeBack(folder, changes)
  session.answer({ changes: changes.length, files, others }, () =>
    files.length === 0
      ? [words.text('pull.nothing'), ...left]
      : [
          ...files.flatMap((file) => fileLines(session, file)),
          ...left,
          words.text('plan.next', { command: `git diff, ondine plan ${folder === '.' ? '' : folder}`.trimEnd() }),
        ],
  )
}

function changeLine({ file, devEui, set, remove }: TableChange): string {
  const cells = Object.entries(set).map(([column, value]) => `${column}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return `${remove === true ? '-' : '~'} ${file}  ${devEui}  ${cells.join('  ')}`.trimEnd()
}

function fileLines({ words }: Session, { file, changed, added, removed, leftOut }: WrittenTable): string[] {
  return [
    words.text('pull.file', { file, changed, added, removed }),
    ...leftOut.map(({ devEui, column }) => words.text('pull.left-out', { devEui, column })),
  ]
}
