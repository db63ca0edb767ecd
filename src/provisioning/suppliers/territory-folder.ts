import type { Dirent } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { OndineError } from '../../errors/ondine-error.ts'
import { parseCsv } from '../../formats/csv.ts'
import { parseYaml } from '../../formats/yaml.ts'
import { hexDigits } from '../../lorawan/hex-text.ts'
import { limits } from './delivery.ts'

/** All that an import needs of `territory.yaml`. */
const recipientSchema = z.looseObject({ recipient: z.string().startsWith('age1') })

export async function isTerritory(folder: string): Promise<boolean> {
  return (await entries(folder)).some(({ name }) => name === 'territory.yaml')
}

/** To whom keys are encrypted. Rejects with `delivery.no-recipient`. */
export async function recipientOf(territory: string): Promise<string> {
  const file = join(territory, 'territory.yaml')
  const text = await readFile(file, 'utf8').catch(() => null)
  const read = recipientSchema.safeParse(text === null ? null : parseYaml(text, file))
  if (!read.success) throw new OndineError('delivery.no-recipient', { file })
  return read.data.recipient
}

/** DevEuis of the device tables of a territory (`<tenant>/<service>/<table>.csv`) and their table; `except`: a table that is not read. */
export async function devicesOfTables(territory: string, except: string | null): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const tenant of await folders(territory)) {
    for (const service of await folders(join(territory, tenant))) {
      for (const { name } of await entries(join(territory, tenant, service))) {
        const file = join(tenant, service, name)
        if (!name.endsWith('.csv') || name.endsWith('.report.csv') || file === except) continue
        const text = await readFile(join(territory, file), 'utf8')
        const [titles, ...records] = parseCsv(text, { file, separator: ',', maxRecords: limits.rows, maxColumns: limits.columns })
        // An installation table has assets, and may name a device before it is delivered.
        const isOfDevices = titles?.cells.includes('asset') === false
        const column = isOfDevices ? titles.cells.indexOf('devEui') : -1
        for (const { cells } of column < 0 ? [] : records) {
          const devEui = hexDigits(cells[column] ?? '')
          if (devEui !== null) found.set(devEui, file)
        }
      }
    }
  }
  return found
}

async function folders(path: string): Promise<string[]> {
  const all = await entries(path)
  return all.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules').map(({ name }) => name)
}

async function entries(path: string): Promise<Dirent[]> {
  return readdir(path, { withFileTypes: true }).catch(() => [])
}
