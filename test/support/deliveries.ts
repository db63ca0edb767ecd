import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { CheckedRow, Facts } from '../../src/provisioning/suppliers/check-rows.ts'
import { check, type UnderstandOptions, type UnderstoodDelivery, understand } from '../../src/provisioning/suppliers/import-delivery.ts'
import { knownModels } from '../../src/provisioning/suppliers/models.ts'
import { readDelivery } from '../../src/provisioning/suppliers/read-delivery.ts'
import { rawNumber, workbook } from './xlsx.ts'

/** Models of which the tests know the prefixes. */
export const testModels = knownModels([
  { slug: 'adeunis/pulse', title: 'Adeunis PULSE', vendor: 'adeunis', euiPrefixes: ['0018b2'] },
  { slug: 'milesight/em400-mud', title: 'EM400-MUD', vendor: 'milesight', euiPrefixes: ['24e124'] },
  { slug: 'milesight/em500-udl', title: 'EM500-UDL', vendor: 'milesight', euiPrefixes: ['24e124'] },
  { slug: 'decentlab/dl-pm', title: 'DL-PM', vendor: 'decentlab', euiPrefixes: ['70b3d57ba'] },
  { slug: 'elsys/ers', title: 'ERS', vendor: 'elsys', euiPrefixes: ['a81758'] },
])

export const noFacts: Facts = { ...testModels, knownFrom: () => null, model: null, joinEui: null, acceptWeakKeys: false, reversed: 'hold' }

/** A delivery read, understood and judged, as `ondine import --check` does it. */
export async function imported(
  bytes: Uint8Array,
  file: string,
  { facts = {}, ...options }: Partial<UnderstandOptions> & { facts?: Partial<Facts> } = {},
): Promise<{ understood: UnderstoodDelivery; rows: CheckedRow[] }> {
  const understood = understand(await readDelivery(bytes, file), { profiles: [], supplier: null, sheet: null, keys: null, ...options })
  return { understood, rows: check(understood, { ...noFacts, ...facts }) }
}

/** A delivery of the fixtures; a workbook is drawn there as JSON, sheet by sheet: `{ "Sheet1": [["DevEUI"], [{ "number": "1.8E+15" }]] }`. */
export function fixtureBytes(path: string): { file: string; bytes: Buffer } {
  if (!path.endsWith('.xlsx.json')) return { file: basename(path), bytes: readFileSync(path) }
  const drawn: Record<string, (string | number | { number: string })[][]> = JSON.parse(readFileSync(path, 'utf8'))
  const sheets = Object.entries(drawn).map(([name, rows]) => [
    name,
    rows.map((cells) => cells.map((cell) => (typeof cell === 'object' ? rawNumber(cell.number) : cell))),
  ])
  return { file: basename(path, '.json'), bytes: workbook(Object.fromEntries(sheets), { shared: path.length % 2 === 0 }) }
}
