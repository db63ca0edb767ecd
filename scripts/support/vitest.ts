import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

const reportSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  success: z.boolean(),
  testResults: z.array(z.object({ name: z.string(), status: z.string(), assertionResults: z.array(z.unknown()) })),
})

export interface Tally {
  passed: number
  failed: number
  skipped: number
}

/** Runs one project of vitest and counts from its own report. A file that could not even be loaded is one failure. */
export function runTests(project: string, extra: readonly string[] = []): Tally {
  const folder = mkdtempSync(join(tmpdir(), 'ondine-report-'))
  const file = join(folder, 'report.json')
  const cli = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs')
  const args = [cli, 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...extra]
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  try {
    const report = reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    const unloaded = report.testResults.filter((result) => result.status === 'failed' && result.assertionResults.length === 0).length
    const failed = report.numFailedTests + unloaded
    const hidden = failed === 0 && (status !== 0 || !report.success) ? 1 : 0
    return { passed: report.numPassedTests, failed: failed + hidden, skipped: report.numPendingTests }
  } catch (error) {
    process.stderr.write(`vitest left no report: ${String(error)}\n`)
    return { passed: 0, failed: 1, skipped: 0 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
