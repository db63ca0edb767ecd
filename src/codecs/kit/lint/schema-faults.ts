import { z } from 'zod'
import { OndineError } from '../../../errors/ondine-error.ts'
import { parseYaml } from '../../../formats/yaml.ts'
import { lineFinder } from '../../../formats/yaml-lines.ts'
import { families } from '../../../vocabulary/families.ts'
import { measurements } from '../../../vocabulary/measurements.ts'
import { faultOf } from '../../schema-fault.ts'
import { nearest } from '../hint.ts'
import { about, type Finding } from './finding.ts'

/** All that a schema finds wrong in a file, YAML or JSON (which is YAML too), each with its line. */
export function schemaFindings(file: string, text: string, schema: z.ZodType): Finding[] {
  let value: unknown
  try {
    value = file.endsWith('.json') ? JSON.parse(text) : parseYaml(text, file)
  } catch (thrown) {
    const { context, message } = OndineError.from(thrown)
    return [about(file).error({ rule: 'unreadable', context: { reason: String(context.reason ?? message) } }, Number(context.line) || null)]
  }
  const result = schema.safeParse(value)
  if (result.success) return []
  const { error } = about(file, lineFinder(text))
  return result.error.issues.flatMap((issue) =>
    keysOf(issue).map((key) => {
      const { path, reason } = faultOf(issue, key)
      const place = key === undefined ? issue.path : [...issue.path, key]
      const near = suggestion(issue, key, at(value, issue.path), schema)
      return near === null
        ? error({ rule: 'schema', context: { path, reason } }, place)
        : error({ rule: 'schema-near', context: { path, reason, near } }, place)
    }),
  )
}

function keysOf(issue: z.core.$ZodIssue): readonly (string | undefined)[] {
  return issue.code === 'unrecognized_keys' ? issue.keys : [undefined]
}

/** The name that was probably meant. */
function suggestion(issue: z.core.$ZodIssue, key: string | undefined, value: unknown, schema: z.ZodType): string | null {
  if (key !== undefined) return nearest(key, knownKeys(schema))
  if (typeof value !== 'string') return null
  if (issue.message.includes('a name of the vocabulary')) return nearest(value, measurements.keys())
  if (issue.message.includes('a family of the vocabulary')) return nearest(value, families.keys())
  return issue.code === 'invalid_value' ? nearest(value, issue.values.map(String)) : null
}

/** Every key that the schema knows somewhere. */
function knownKeys(schema: z.ZodType): ReadonlySet<string> {
  const keys = new Set<string>()
  const collect = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    for (const [name, inside] of Object.entries(node)) {
      if (name === 'properties') for (const key of Object.keys(Object(inside))) keys.add(key)
      collect(inside)
    }
  }
  collect(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }))
  return keys
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, key) : undefined),
    value,
  )
}
