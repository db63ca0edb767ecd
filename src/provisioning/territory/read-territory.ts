import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Dates } from './cells.ts'
import type { TableKind } from './columns.ts'
import { deviceRows } from './device-rows.ts'
import { installationRows } from './installation-rows.ts'
import type { RefusedRow } from './rows.ts'
import { openTable } from './table.ts'
import type { Territory, WantedDevice, WantedInstallation } from './territory.ts'
import { filesOf, type PlacedFile, readTerritoryFile, refuseStrangers } from './territory-folder.ts'
import { withoutTwinDevices, withoutTwinInstallations } from './twins.ts'
import { ZonedTime } from './zoned-time.ts'

export interface KeyFile {
  /** from the folder, with slashes */
  file: string
  /** encrypted: only the server can open them */
  bytes: Uint8Array
}

export interface PlacedTable extends PlacedFile {
  kind: TableKind
}

export interface ReadTerritory {
  /** its good rows */
  territory: Territory
  keyFiles: KeyFile[]
  /** rows with a fault, as the plan shows them */
  findings: RefusedRow[]
  /** all that were read, also those without a row */
  tables: PlacedTable[]
  /** address of the server as territory.yaml has it; null: found as by every command */
  server: string | null
}

/**
 * A territory's folder: `territory.yaml` and the tables and encrypted keys of its services. Rejects with one sentence where the
 * folder or a table as a whole cannot be taken (`territory.…`, `file.…`); a faulty row is a finding and stops no other.
 */
export async function readTerritory(folder: string): Promise<ReadTerritory> {
  const { declared, server } = await readTerritoryFile(folder)
  const files = await filesOf(folder)
  refuseStrangers(files, declared)
  const dates = new Map(declared.tenants.map(({ slug, timeZone }) => [slug, new Dates(new ZonedTime(timeZone))]))
  const devices: WantedDevice[][] = []
  const installations: WantedInstallation[][] = []
  const findings: RefusedRow[][] = []
  const tables: PlacedTable[] = []
  for (const { file, tenant, service } of files.tables) {
    const table = openTable(await readFile(join(folder, file)), file)
    const place = { tenant, service, dates: dates.get(tenant) ?? new Dates(new ZonedTime('UTC')) }
    tables.push({ file, tenant, service, kind: table.columns.kind })
    if (table.columns.kind === 'device') {
      const { rows, refused } = deviceRows(table, place)
      devices.push(rows)
      findings.push(refused)
    } else {
      const { rows, refused } = installationRows(table, place)
      installations.push(rows)
      findings.push(refused)
    }
  }
  const once = withoutTwinDevices(devices.flat())
  const dated = withoutTwinInstallations(installations.flat())
  const keyFiles = await Promise.all(files.keys.map(async ({ file }) => ({ file, bytes: await readFile(join(folder, file)) })))
  return {
    territory: { ...declared, devices: once.rows, installations: dated.rows },
    keyFiles,
    findings: [...findings.flat(), ...once.refused, ...dated.refused].sort(bySource),
    tables,
    server,
  }
}

function bySource(a: RefusedRow, b: RefusedRow): number {
  const [one, other] = [a.source?.file ?? '', b.source?.file ?? '']
  return one === other ? (a.source?.line ?? 0) - (b.source?.line ?? 0) : one < other ? -1 : 1
}
