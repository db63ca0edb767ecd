import { z } from 'zod'

/** The encoder's input as YAML; a string `$name` is replaced by the command's field of that name. */
export type Template = string | number | boolean | null | Template[] | { [key: string]: Template }
export const templateSchema: z.ZodType<Template> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(templateSchema), z.record(z.string(), templateSchema)]),
)

const fieldName = /^\$(\w+)$/

/** The fields that a template takes. */
export function namesIn(template: Template): ReadonlySet<string> {
  if (typeof template === 'string') return new Set(fieldName.exec(template)?.slice(1) ?? [])
  if (typeof template !== 'object' || template === null) return new Set()
  return new Set(Object.values(template).flatMap((part: Template) => [...namesIn(part)]))
}

/** The template with each `$name` replaced; a key whose field the command leaves out is left out too. */
export function filled(template: Template, fields: ReadonlyMap<string, unknown>): unknown {
  if (typeof template === 'string') {
    const [, name] = fieldName.exec(template) ?? []
    return name === undefined ? template : fields.get(name)
  }
  if (typeof template !== 'object' || template === null) return template
  if (Array.isArray(template)) return template.map((part) => filled(part, fields))
  const entries = Object.entries(template).map(([key, part]) => [key, filled(part, fields)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}
