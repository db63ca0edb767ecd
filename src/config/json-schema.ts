import { z } from 'zod'
import { configSchema } from './schema.ts'

/** The part of JSON Schema 2020-12 that we read back from our own schema. */
const jsonSchema = z.looseObject({
  type: z.string().optional(),
  secret: z.boolean().optional(),
  enum: z.array(z.unknown()).optional(),
  get properties() {
    return z.record(z.string(), jsonSchema).optional()
  },
  get anyOf() {
    return z.array(jsonSchema).optional()
  },
  get oneOf() {
    return z.array(jsonSchema).optional()
  },
})
export type JsonSchema = z.infer<typeof jsonSchema>

/** The configuration's schema for editors (`ondine config schema`) and for reading the environment. */
export function configJsonSchema(): JsonSchema {
  return jsonSchema.parse(z.toJSONSchema(configSchema, { io: 'input' }))
}

/** Keys of an object, of all its alternatives where there are several. */
export function propertiesOf(schema: JsonSchema): [string, JsonSchema][] {
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  return [...Object.entries(schema.properties ?? {}), ...alternatives.flatMap(propertiesOf)]
}
