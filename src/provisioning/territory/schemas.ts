import { z } from 'zod'
import { supplierProfileSchema } from '../suppliers/supplier-profile.ts'
import { territoryFileSchema } from './territory-file.ts'

/** JSON Schemas of a territory's YAML files, by their file names: editors check and complete by them. */
export function territorySchemas(): Readonly<Record<string, string>> {
  return {
    'territory.schema.json': text('territory.yaml: what a territory declares beside its tables', territoryFileSchema),
    'supplier.schema.json': text('suppliers/<name>.yaml: the columns of a supplier’s deliveries', supplierProfileSchema),
  }
}

function text(title: string, schema: z.ZodType): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`
}
