import { existsSync, readFileSync } from 'node:fs'
import type { z } from 'zod'
import { OndineError } from '../errors/ondine-error.ts'
import type { ErrorContext } from '../errors/sentence.ts'
import { valueFaults } from '../errors/value-fault.ts'
import { parseYaml } from '../formats/yaml.ts'
import { fromEnvironment, isRecord } from './environment.ts'
import { configJsonSchema, type JsonSchema, propertiesOf } from './json-schema.ts'
import { type Config, configSchema } from './schema.ts'

export interface ConfigSources {
  /** given by hand: must exist; left out: `ondine.yaml` of the working directory, if there */
  file?: string
  environment: Readonly<Record<string, string | undefined>>
}

/** `path` is like `listen.port`; `fault` is the code of what is wrong with its value, whose facts are beside it. */
export type ConfigProblem = ErrorContext & { path: string; reason: string; fault: string }

/** The configuration, or every problem in it. Throws `config.unreadable`, `file.malformed` or `config.no-mapping` for the file itself. */
export function checkConfig(sources: ConfigSources): { config: Config } | { problems: readonly ConfigProblem[] } {
  const fromFile = readFile(sources.file)
  const { values, sources: variables } = fromEnvironment(sources.environment, configJsonSchema())
  const parsed = configSchema.safeParse(merge(fromFile, values))
  if (parsed.success) return { config: parsed.data }
  return { problems: parsed.error.issues.flatMap(problemsOf).map((problem) => withSource(problem, variables.get(problem.path))) }
}

/** The configuration; throws `config.invalid` with the path of the first key that is wrong. */
export function loadConfig(sources: ConfigSources): Config {
  const checked = checkConfig(sources)
  if ('config' in checked) return checked.config
  const [first] = checked.problems
  throw new OndineError('config.invalid', first ?? { path: '(root)', reason: 'invalid' })
}

function readFile(given: string | undefined): Record<string, unknown> {
  const file = given ?? 'ondine.yaml'
  if (given === undefined && !existsSync(file)) return {}
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new OndineError('config.unreadable', { file, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
  const found = parseYaml(text, file) ?? {}
  if (!isRecord(found)) throw new OndineError('config.no-mapping', { file })
  return found
}

function merge(base: unknown, top: unknown): unknown {
  if (!isRecord(base) || !isRecord(top)) return top === undefined ? base : top
  const result: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(top)) result[key] = key in result ? merge(result[key], value) : value
  return result
}

function problemsOf(issue: z.core.$ZodIssue): ConfigProblem[] {
  return valueFaults(issue).map(({ path, code, context, reason }) => ({ ...context, path: path || '(root)', reason, fault: code }))
}

function withSource(problem: ConfigProblem, source: string | undefined): ConfigProblem {
  return source === undefined ? problem : { ...problem, source }
}

const redacted = '[redacted]'

/** The configuration as it may be shown: secrets, and passwords inside addresses, are replaced. */
export function redact(config: Config): Record<string, unknown> {
  return redactObject({ ...config }, [configJsonSchema()])
}

/** Several schemas describe an object where there are alternatives: one that calls a key secret is enough. */
function redactObject(value: Readonly<Record<string, unknown>>, schemas: readonly JsonSchema[]): Record<string, unknown> {
  const properties = schemas.flatMap(propertiesOf)
  const result: Record<string, unknown> = {}
  for (const [key, child] of Object.entries(value)) {
    const described = properties.filter(([name]) => name === key).map(([, schema]) => schema)
    if (described.some((schema) => schema.secret === true)) result[key] = redacted
    else result[key] = isRecord(child) ? redactObject(child, described) : withoutPassword(child)
  }
  return result
}

function withoutPassword(value: unknown): unknown {
  if (typeof value !== 'string' || !URL.canParse(value)) return value
  const url = new URL(value)
  if (url.password === '') return value
  url.password = redacted
  return url.href.replace(encodeURIComponent(redacted), redacted)
}
