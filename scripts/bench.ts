/** `npm run bench -- <name> [--json]`: the one door to every benchmark. Nothing in the tests asserts a time. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import Table from 'cli-table3'
import { z } from 'zod'

/** What a benchmark gives back: rows of one table, ratios always measured within the same run. */
const resultSchema = z.object({
  title: z.string(),
  rows: z.array(
    z.object({ what: z.string(), figure: z.number(), unit: z.string(), ratio: z.number().optional(), to: z.string().optional() }),
  ),
})
const benchmarkSchema = z.object({ run: z.custom<() => Promise<unknown>>((value) => typeof value === 'function') })

const folder = join(import.meta.dirname, 'bench')
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))
const [name, ...options] = process.argv.slice(2)
if (name === undefined || !names.includes(name)) {
  process.stderr.write(`usage: npm run bench -- <name> [--json]\nbenchmarks: ${names.join(', ')}\n`)
  process.exit(2)
}

const { run } = benchmarkSchema.parse(await import(join(folder, `${name}.ts`)))
const result = resultSchema.parse(await run())
const machine = {
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.version,
}
const report = { name, at: new Date().toISOString(), machine, ...result }
const results = join(import.meta.dirname, '..', 'bench-results')
mkdirSync(results, { recursive: true })
writeFileSync(join(results, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`)

if (options.includes('--json')) {
  process.stdout.write(`${JSON.stringify(report)}\n`)
} else {
  const table = new Table({ head: ['what', 'figure', 'unit', 'ratio', 'to'], style: { head: [], border: [] } })
  const show = (figure: number) => (figure >= 100 ? Math.round(figure).toLocaleString('en') : figure.toPrecision(3))
  for (const row of result.rows) table.push([row.what, show(row.figure), row.unit, row.ratio?.toFixed(2) ?? '', row.to ?? ''])
  process.stdout.write(
    `${result.title}\n${machine.cores} × ${machine.processor}, ${machine.memoryGiB} GiB, Node ${machine.node}\n${table.toString()}\n`,
  )
}
process.exit(0)
