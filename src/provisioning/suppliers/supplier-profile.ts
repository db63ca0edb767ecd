import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { OndineError } from '../../errors/ondine-error.ts'
import { parseYaml, toYaml } from '../../formats/yaml.ts'
import { euiSchema } from '../../lorawan/eui.ts'
import { type Columns, mayHoldKey } from './columns.ts'
import type { Sheet } from './delivery.ts'
import { fields, plainTitle } from './titles.ts'
import { writeWhole } from './write-whole.ts'

export const supplierNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, "." "_" "-", at most 64')

export const supplierProfileSchema = z.strictObject({
  supplier: supplierNameSchema.describe('Name of the supplier, as given to --supplier.'),
  columns: z
    .partialRecord(z.enum(fields), z.string().min(1))
    .refine(({ devEui }) => devEui !== undefined, { error: 'needs devEui' })
    .describe('Field → title of its column in the supplier’s files.'),
  model: z.string().optional().describe('vendor/model of all devices of this supplier, where the file names none.'),
  joinEui: euiSchema.optional().describe('Of devices whose file has none.'),
})
/** What was once confirmed of a supplier's files: `suppliers/<name>.yaml` of the territory. */
export type SupplierProfile = z.infer<typeof supplierProfileSchema>

/** Rejects with `delivery.profile-invalid`. */
export async function readProfiles(territory: string): Promise<SupplierProfile[]> {
  const folder = join(territory, 'suppliers')
  const names = await readdir(folder).catch(() => [])
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort()
  return Promise.all(
    files.map(async (name) => {
      const file = join('suppliers', name)
      const read = supplierProfileSchema.safeParse(parseYaml(await readFile(join(folder, name), 'utf8'), file))
      if (read.success) return read.data
      const [issue] = read.error.issues
      throw new OndineError('delivery.profile-invalid', { file, path: issue?.path.join('.') ?? '', reason: issue?.message ?? '' })
    }),
  )
}

/** The profile whose every column is in the file, most columns first. */
export function recognise(sheets: readonly Sheet[], profiles: readonly SupplierProfile[]): SupplierProfile | null {
  const seen = new Set(
    sheets.flatMap(({ titles, rows }) => [...(titles ?? []), ...rows.slice(0, 40).flatMap(({ cells }) => cells)]).map(plainTitle),
  )
  const fitting = profiles.filter(({ columns }) => Object.values(columns).every((title) => seen.has(plainTitle(title))))
  const count = ({ columns }: SupplierProfile) => Object.keys(columns).length
  return fitting.sort((a, b) => count(b) - count(a))[0] ?? null
}

/** Keeps what was recognised of a file, for the supplier's next one; null where the file has no titles to go by. */
export async function keepProfile(
  territory: string,
  supplier: string,
  { columns, keys, model }: { columns: Columns; keys: Columns | null; model: string | null },
): Promise<string | null> {
  const titled = fields.flatMap((field) => {
    const holder = columns.at[field] === undefined ? keys : columns
    const title = holder?.titles[holder.at[field] ?? -1] ?? ''
    return title === '' || mayHoldKey(title) ? [] : [[field, title] as const]
  })
  if (!titled.some(([field]) => field === 'devEui')) return null
  const file = join('suppliers', `${supplier}.yaml`)
  const profile = { supplier, columns: Object.fromEntries(titled), ...(model === null ? {} : { model }) }
  const schema = 'schemas/supplier.schema.json'
  const forEditors = existsSync(join(territory, schema)) ? `# yaml-language-server: $schema=../${schema}\n` : ''
  await writeWhole(join(territory, file), forEditors + toYaml(profile))
  return file
}
