import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { OndineError } from '../../errors/ondine-error.ts'
import { toCsv } from '../../formats/csv.ts'
import { slugSchema } from '../../inventory/slug.ts'
import { writeWhole } from '../suppliers/write-whole.ts'
import { Dates } from './cells.ts'
import { deviceColumns, installationColumns } from './columns.ts'
import { rewriteTable } from './rewrite-table.ts'
import type { TableChange, WrittenRows } from './table-change.ts'
import { readTerritoryFile } from './territory-folder.ts'
import { ZonedTime } from './zoned-time.ts'

export interface WrittenTable extends WrittenRows {
  file: string
}

/**
 * Writes changes into a territory's tables: nothing but their cells and rows. Every table is read and rewritten before the first is
 * written, each whole or not at all. Gives those that changed, or of which something was left out. Rejects with
 * `territory.bad-path`, `territory.unknown-folder`, `territory.not-rewritable` and what a table is refused for.
 */
export async function writeBack(folder: string, changes: readonly TableChange[]): Promise<WrittenTable[]> {
  const { declared } = await readTerritoryFile(folder)
  const byFile = Map.groupBy(changes, ({ file }) => file)
  const rewritten = await Promise.all(
    [...byFile].map(async ([file, own]) => {
      const tenant = declared.tenants.find(({ slug }) => slug === tenantOf(file))
      if (tenant === undefined) throw new OndineError('territory.bad-path', { file })
      const path = join(folder, file)
      const [before, mode] = await existing(path)
      const bytes = before ?? Buffer.from(toCsv([own[0]?.kind === 'device' ? deviceColumns : installationColumns]))
      const { bytes: after, rows } = rewriteTable(bytes, file, own, new Dates(new ZonedTime(tenant.timeZone)))
      return { path, mode, file, rows, after: after === bytes ? null : after }
    }),
  )
  for (const { path, after, mode } of rewritten) if (after !== null) await writeWhole(path, after, mode)
  return rewritten.flatMap(({ file, rows, after }) => (after === null && rows.leftOut.length === 0 ? [] : [{ file, ...rows }]))
}

/** Whoever names the file: it stays in the folder. */
function tenantOf(file: string): string {
  const parts = file.split('/')
  const [tenant = '', service = '', table = ''] = parts
  const isTable = /^[^/\\._][^/\\]*\.csv$/i.test(table) && !/\.report\.csv$/i.test(table)
  if (parts.length !== 3 || ![tenant, service].every((slug) => slugSchema.safeParse(slug).success) || !isTable) {
    throw new OndineError('territory.bad-path', { file })
  }
  return tenant
}

async function existing(path: string): Promise<[Uint8Array | null, number]> {
  try {
    return [await readFile(path), (await stat(path)).mode & 0o777]
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return [null, 0o644]
    throw thrown
  }
}
