import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { Registry } from '../../src/codecs/registry.ts'
import { encryptTo, newIdentity } from '../../src/formats/age.ts'
import { toCsv } from '../../src/formats/csv.ts'
import type { Facts } from '../../src/provisioning/suppliers/check-rows.ts'
import { pathsOf, writeDelivery } from '../../src/provisioning/suppliers/delivery-files.ts'
import { check, understand } from '../../src/provisioning/suppliers/import-delivery.ts'
import { knownModels } from '../../src/provisioning/suppliers/models.ts'
import { readDelivery } from '../../src/provisioning/suppliers/read-delivery.ts'
import { workbook } from '../../test/support/xlsx.ts'

interface Row {
  what: string
  figure: number
  unit: string
  ratio?: number
  to?: string
}

interface Measured {
  total: number
  reading: number
  processor: number
}

const devices = 62_000
const columns = ['Identifiant radio', 'AppEUI', 'Clé OTAA', 'N° de série', 'Adresse', 'Date']

/** A delivery of 62,000 meters, read, judged and written: what `ondine import` does after it has started. */
export async function run(): Promise<{ title: string; rows: Row[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'ondine-bench-'))
  try {
    const registry = new Registry({ folders: [join(import.meta.dirname, '..', '..', 'codecs')], logger: pino({ level: 'silent' }) })
    await registry.start()
    const facts = {
      ...knownModels(registry.list()),
      knownFrom: () => null,
      model: 'adeunis/pulse',
      joinEui: null,
      acceptWeakKeys: false,
      reversed: 'hold',
    } as const
    const table = [columns, ...Array.from({ length: devices }, (_, index) => meter(index))]
    const plain = Buffer.from(toCsv(table, ';'))
    const quoted = Buffer.from(
      toCsv(
        table.map((row, index) => (index === 0 ? row : row.with(4, `"${row[4]}"\nTours`))),
        ';',
      ),
    )
    const files = [
      { what: 'CSV', file: 'delivery.csv', bytes: plain },
      { what: 'CSV with quoted line breaks', file: 'quoted.csv', bytes: quoted },
      { what: 'XLSX, shared texts', file: 'shared.xlsx', bytes: workbook({ Appareils: table }, { shared: true }) },
      { what: 'XLSX, texts in the cells', file: 'inline.xlsx', bytes: workbook({ Appareils: table }) },
    ]
    const rows: Row[] = []
    for (const { what, file, bytes } of files) {
      const { total, reading, processor } = await median(() => imported(folder, file, bytes, facts))
      rows.push({ what: `${what} (${(bytes.length / 1e6).toFixed(1)} MB): read, judged and written`, figure: total, unit: 's' })
      // Wall-clock time says little where others use the machine too.
      rows.push({ what: `${what}: processor time`, figure: processor, unit: 's' })
      rows.push({ what: `${what}: of which reading`, figure: reading, unit: 's', ratio: reading / total, to: 'all of it' })
    }
    rows.push({ what: 'memory at the end (resident)', figure: process.memoryUsage().rss / 1e6, unit: 'MB' })
    return { title: `Import of a delivery of ${devices.toLocaleString('en')} rows`, rows }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function meter(index: number): string[] {
  const key = Array.from({ length: 4 }, () =>
    Math.trunc(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('')
  return [
    `0018B2${index.toString(16).toUpperCase().padStart(10, '0')}`,
    '70B3D57BA0000001',
    key,
    `SN${index}`,
    `${index} rue de la Gare`,
    '12/11/2026',
  ]
}

async function imported(folder: string, file: string, bytes: Buffer, facts: Facts): Promise<Measured> {
  const { recipient } = await newIdentity()
  const before = process.cpuUsage()
  const start = performance.now()
  const delivery = await readDelivery(bytes, file)
  const read = performance.now()
  const rows = check(understand(delivery, { profiles: [], supplier: null, sheet: null, keys: null }), facts)
  const refused = rows.filter(({ outcome }) => outcome !== 'accept').length
  if (rows.length !== devices || refused > 0) throw new Error(`${rows.length} rows, ${refused} not accepted`)
  const paths = pathsOf('tours', 'water', file)
  await writeDelivery({ territory: folder, paths, rows, recipient, encrypt: encryptTo, language: 'en', replace: true })
  const { user, system } = process.cpuUsage(before)
  return { total: (performance.now() - start) / 1_000, reading: (read - start) / 1_000, processor: (user + system) / 1e6 }
}

async function median(work: () => Promise<Measured>): Promise<Measured> {
  const runs = [await work(), await work(), await work()].sort((a, b) => a.total - b.total)
  return runs[1] ?? { total: Number.NaN, reading: Number.NaN, processor: Number.NaN }
}
