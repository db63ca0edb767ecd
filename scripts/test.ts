/** `npm test`: everything, fast tests first. `npm test -- fast` or `-- servers` runs one half. The last line counts. */
import { ensureServers } from './support/distribution.ts'
import { runTests, type Tally } from './support/vitest.ts'

const projects = ['fast', 'servers']
const [chosen, ...extra] = process.argv.slice(2)
const wanted = chosen !== undefined && projects.includes(chosen) ? [chosen] : projects
const options = wanted.length === 1 ? extra : process.argv.slice(2)

if (wanted.includes('servers') && !ensureServers()) process.exit(1)

const total: Tally = { passed: 0, failed: 0, skipped: 0, failures: [] }
for (const project of wanted) {
  const tally = runTests(project, options)
  total.passed += tally.passed
  total.failed += tally.failed
  total.skipped += tally.skipped
  total.failures.push(...tally.failures)
}

if (process.env.ONDINE_TEST_CHIRPSTACK === undefined) {
  process.stdout.write('\nWithout the real ChirpStack: ONDINE_TEST_CHIRPSTACK names no binary, its tests were skipped.\n')
}
// Last of all, because the end of a long output is what is kept of it.
if (total.failures.length > 0) process.stdout.write(`\nFailed:\n${total.failures.map((line) => `  ${line}\n`).join('')}`)
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${total.skipped === 0 ? '' : `, ${total.skipped} skipped`}\n`)
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)
