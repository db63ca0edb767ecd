/** `npm run check`: the checks that read the sources, in seconds; `npm test` runs the same ones. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { checks } from './support/checks.ts'

let failed = 0
for (const { name, program, args } of checks) {
  process.stdout.write(`${name}\n`)
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, '..', program), ...args], { stdio: 'inherit' })
  if (status !== 0) failed += 1
}
process.exit(failed === 0 ? 0 : 1)
