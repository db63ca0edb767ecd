import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { examplesSchema, modelSchema } from '../../model.ts'
import { about, type Finding } from './finding.ts'
import { schemaFindings } from './schema-faults.ts'

/** What is missing in a model's folder, and what the schemas of its files find wrong. */
export function fileFindings(folder: string): Finding[] {
  const files = [
    ['model.yaml', modelSchema],
    ['examples.json', examplesSchema],
  ] as const
  const schemas = files.flatMap(([name, schema]) => {
    const file = join(folder, name)
    return existsSync(file)
      ? schemaFindings(file, readFileSync(file, 'utf8'), schema)
      : [about(file).error({ rule: 'missing-file', context: { missing: name } })]
  })
  const readme = join(folder, 'README.md')
  return existsSync(readme) ? schemas : [...schemas, about(readme).warning({ rule: 'missing-file', context: { missing: 'README.md' } })]
}
