/**
 * `npm run codecs:report [-- <vendor/model>] [--json]`: what is proven of each shipped model. Exit 1 unless all is green: every
 * example passes, they run 80 % of the decoder's lines, ChirpStack's QuickJS gives the same, the lint finds no error, and every
 * label is there in English and French.
 */
import Table from 'cli-table3'
import { lintModel } from '../src/codecs/kit/lint/lint-model.ts'
import { findModels, shippedCodecs } from '../src/codecs/kit/model-folders.ts'
import { type ModelReport, testModel } from '../src/codecs/kit/test-model.ts'
import { withWorkbench } from '../src/codecs/kit/workbench.ts'
import type { Model } from '../src/codecs/model.ts'

const leastCovered = 80
const languages = ['en', 'fr'] as const

interface Row extends Pick<ModelReport, 'model' | 'examples' | 'passed' | 'linesCovered' | 'commands'> {
  /** in ChirpStack's QuickJS */
  chirpstack: 'same' | 'differs' | 'unknown'
  channels: number
  parameters: number
  languages: readonly string[]
  lint: { errors: number; warnings: number }
  /** what is not green */
  faults: readonly string[]
}

const [path] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const folders = await findModels(path, shippedCodecs)
const rows = await withWorkbench(async (bench) => {
  const made: Row[] = []
  for (const slug of folders.slugs) {
    const report = await testModel({ registry: folders.registry, ...bench }, slug)
    const findings = await lintModel(folders, slug, bench)
    made.push(rowOf(report, findings, folders.registry.get(slug)))
  }
  return made
})

if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ models: rows }, null, 2)}\n`)
else print(rows)
process.exitCode = rows.every(({ faults }) => faults.length === 0) ? 0 : 1

function rowOf(report: ModelReport, findings: Awaited<ReturnType<typeof lintModel>>, model: Model | undefined): Row {
  const { model: slug, problem, failures, examples, passed, linesCovered, commands } = report
  const chirpstack = report.chirpstack === null ? 'unknown' : report.chirpstack.length === 0 ? 'same' : 'differs'
  const errors = findings.filter(({ severity }) => severity === 'error')
  const spoken = languages.filter((language) => labelsOf(model).every((label) => label[language].trim() !== ''))
  const faults = [
    ...(problem === null ? [] : [problem.message]),
    ...failures.map(({ number, description }) => `example ${number} "${description}" does not pass`),
    ...(examples === 0 ? ['it has no examples'] : []),
    ...(linesCovered === null || linesCovered >= leastCovered ? [] : [`its examples run ${linesCovered} % of its lines`]),
    ...(chirpstack === 'same'
      ? []
      : [`in ChirpStack: ${report.chirpstack?.map(({ error }) => error ?? 'another result').join(', ') ?? 'not examined'}`]),
    ...errors.map(({ rule, file }) => `lint: ${rule} in ${file.slice(file.lastIndexOf('/') + 1)}`),
    ...(spoken.length === languages.length ? [] : ['a label is missing in one language']),
  ]
  return {
    ...{ model: slug, examples, passed, linesCovered, commands, chirpstack, languages: spoken, faults },
    channels: Object.keys(model?.channels ?? {}).length,
    parameters: Object.keys(model?.parameters ?? {}).length,
    lint: { errors: errors.length, warnings: findings.length - errors.length },
  }
}

function labelsOf(model: Model | undefined): readonly { en: string; fr: string }[] {
  if (model === undefined) return []
  return [...Object.values(model.channels), ...Object.values(model.parameters)].map(({ label }) => label)
}

function print(rows: readonly Row[]): void {
  const table = new Table({
    head: ['model', 'examples', 'lines', 'commands', 'ChirpStack', 'channels', 'parameters', 'languages', 'lint', ''],
    style: { head: [], border: [], compact: true },
  })
  for (const row of rows) {
    table.push([
      row.model,
      `${row.passed}/${row.examples}`,
      row.linesCovered === null ? '-' : `${row.linesCovered} %`,
      row.commands.length,
      row.chirpstack,
      row.channels,
      row.parameters,
      row.languages.join(' '),
      row.lint.errors + row.lint.warnings === 0 ? 'clean' : `errors ${row.lint.errors}, warnings ${row.lint.warnings}`,
      row.faults.length === 0 ? 'green' : 'RED',
    ])
  }
  process.stdout.write(`${table.toString()}\n`)
  for (const { model, faults } of rows) for (const fault of faults) process.stdout.write(`${model}: ${fault}\n`)
  const sum = (count: (row: Row) => number) => rows.reduce((total, row) => total + count(row), 0)
  const green = rows.filter(({ faults }) => faults.length === 0).length
  process.stdout.write(
    `${rows.length} models, ${green} green; ${sum(({ passed }) => passed)} of ${sum(({ examples }) => examples)} examples pass; ` +
      `${sum(({ commands }) => commands.length)} commands\n`,
  )
}
