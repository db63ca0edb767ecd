/** `npm run soak [-- rounds]`: the kill and endurance tests, long. They are the tests of `test/soak`, and count like `npm test`. */
import { ensureServers } from './support/distribution.ts'
import { runTests } from './support/vitest.ts'

const rounds = Number(process.argv[2] ?? 20)
if (!Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write('usage: npm run soak [-- rounds]\n')
  process.exit(2)
}
if (!ensureServers()) process.exit(1)
process.env.ONDINE_SOAK_ROUNDS = String(rounds)
const tally = runTests('soak')
process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed\n`)
process.exit(tally.failed === 0 && tally.passed > 0 ? 0 : 1)
