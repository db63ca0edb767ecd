import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { z } from 'zod'

const reportSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  success: z.boolean(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).nullish() })),
    }),
  ),
})

type Report = z.infer<typeof reportSchema>

export interface Tally {
  passed: number
  failed: number
  skipped: number
  /** A line for each failed test: its file, its name and the first line of what it says. */
  failures: string[]
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
    const beside = hidden === 0 ? [] : [`${project}: failed beside its tests, by an error that nobody caught or in a hook`]
    return {
      passed: report.numPassedTests,
      failed: failed + hidden,
      skipped: report.numPendingTests,
      failures: [...failuresOf(report), ...beside],
    }
  } catch (error) {
    process.stderr.write(`vitest left no report: ${String(error)}\n`)
    return { passed: 0, failed: 1, skipped: 0, failures: [`${project}: vitest left no report`] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function failuresOf(report: Report): string[] {
  return report.testResults.flatMap(({ name, status, assertionResults }) => {
    const file = relative(process.cwd(), name)
    if (status === 'failed' && assertionResults.length === 0) return [`${file}: could not be loaded`]
    return assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${file}: ${test.fullName}\n    ${test.failureMessages?.[0]?.split('\n')[0] ?? ''}`)
  })
}
