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
    .action((folder: string | undefined, options: { dryRun?: true }) => run(session, folder ?? '.', options.dryRun === true))
  withExamples(command, session, ['ondine pull', 'ondine pull territory --dry-run --json'])
}

async function run(session: Session, folder: string, isDry: boolean): Promise<void> {
  const [{ readTerritory }, { pullChanges }, { writeBack }] = await Promise.all([
    import('../../provisioning/territory/read-territory.ts'),
    import('../../provisioning/territory/pull-changes.ts'),
    import('../../provisioning/territory/write-back.ts'),
  ])
  const { words } = session
  const read = await readTerritory(folder)
  const client = await session.client(read.server ?? undefined)
  const now = await client.provisioning.changes({ owner: read.territory.id })
  const changes = pullChanges(read, now)
  if (isDry) {
    return session.answer({ changes, files: [] }, () => (changes.length === 0 ? [words.text('pull.nothing')] : changes.map(changeLine)))
  }
  const files = await writeBack(folder, changes)
  session.answer({ changes: changes.length, files }, () =>
    files.length === 0
      ? [words.text('pull.nothing')]
      : [
          ...files.flatMap((file) => fileLines(session, file)),
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
