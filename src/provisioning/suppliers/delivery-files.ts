import { existsSync } from 'node:fs'
import { appendFile, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { OndineError } from '../../errors/ondine-error.ts'
import { toCsv } from '../../formats/csv.ts'
import type { CheckedRow, TakenDevice } from './check-rows.ts'
import { type Language, reportCsv, reportJson } from './report.ts'
import { writeWhole } from './write-whole.ts'

/** Encrypts to an age recipient. */
export type Encrypt = (recipient: string, bytes: Uint8Array) => Promise<Uint8Array>

/** Where the files of a delivery stand, from the territory's folder. */
export interface DeliveryPaths {
  /** devices without keys; null: none is taken */
  table: string
  /** their keys, JSON lines, encrypted */
  keys: string
  report: string
}

export function pathsOf(tenant: string, service: string, delivery: string): DeliveryPaths {
  const base = join(tenant, service, delivery)
  return { table: `${base}.csv`, keys: `${base}.keys.age`, report: `${base}.report.csv` }
}

/** A file name's part that names the delivery: no folder, no ending, nothing that a path or a shell would take amiss. */
export function deliveryName(file: string): string {
  const name = file.replace(/(\.age)?$/i, '').replace(/\.[A-Za-z0-9]{1,5}$/, '')
  const plain = name
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
  return plain.slice(0, 100) || 'delivery'
}

interface WriteOptions {
  territory: string
  paths: DeliveryPaths
  rows: readonly CheckedRow[]
  recipient: string
  encrypt: Encrypt
  language: Language
  /** writes over the files of a former import of the same delivery */
  replace: boolean
}

/**
 * Writes the table, its keys and the report, keys first: a table never stands there without them. Rejects with `delivery.exists`
 * where there is such a table already and it is not to be replaced.
 */
export async function writeDelivery({ territory, paths, rows, recipient, encrypt, language, replace }: WriteOptions): Promise<void> {
  refuseExisting(territory, paths, replace)
  const devices = rows.flatMap(({ device }) => device ?? [])
  await ignoreKeys(territory)
  const at = (path: string) => join(territory, path)
  // One that is replaced by nothing is emptied: whoever asks for that was told before.
  if (devices.length > 0 || existsSync(at(paths.table))) {
    const keys = devices.map(keyLine).join('')
    await writeWhole(at(paths.keys), await encrypt(recipient, new TextEncoder().encode(keys)), 0o600)
    await writeWhole(at(paths.table), tableCsv(devices))
  }
  await writeWhole(at(paths.report), reportCsv(rows, language))
  await writeWhole(at(paths.report.replace(/\.csv$/, '.json')), reportJson(rows, language))
}

/**
 * Throws `delivery.exists`, with a name that is free should it be another delivery: asked before anything is read, and again before
 * anything is written. `file`: what is imported.
 */
export function refuseExisting(territory: string, { table }: DeliveryPaths, replace: boolean, file = basename(table)): void {
  if (replace || !existsSync(join(territory, table))) return
  throw new OndineError('delivery.exists', { file: table, free: freeName(territory, table, file) })
}

/** A name for another delivery than that of `table`: `delivery-xlsx`, else `delivery-2`. At most 64 characters. */
export function freeName(territory: string, table: string, file: string): string {
  const [, ending = 'csv'] = /\.([A-Za-z0-9]{1,5})$/.exec(file.replace(/\.age$/i, '')) ?? []
  const base = basename(table, '.csv').slice(0, 56)
  const isFree = (name: string) => !existsSync(join(territory, dirname(table), `${name}.csv`))
  const byEnding = `${base}-${ending.toLowerCase()}`
  if (!/^csv$/i.test(ending) && isFree(byEnding)) return byEnding
  let number = 2
  while (!isFree(`${base}-${number}`)) number += 1
  return `${base}-${number}`
}

/** The device table as `plan` reads it. */
function tableCsv(devices: readonly TakenDevice[]): string {
  const titles = ['devEui', 'joinEui', 'model', 'serial', 'name', 'tags']
  return toCsv([
    titles,
    ...devices.map(({ devEui, joinEui, model, serial, name }) => [devEui, joinEui ?? '', model ?? '', serial, name, '']),
  ])
}

function keyLine({ devEui, keys }: TakenDevice): string {
  const shown = Object.fromEntries(Object.entries(keys).map(([field, key]) => [field, key.revealHex()]))
  return `${JSON.stringify({ devEui, ...shown })}\n`
}

const ignored = '*.keys.age'

/** Keys do not go to Git, not even encrypted. */
export async function ignoreKeys(territory: string): Promise<void> {
  const file = join(territory, '.gitignore')
  const text = await readFile(file, 'utf8').catch(() => '')
  if (text.split(/\r?\n/).includes(ignored)) return
  await appendFile(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}${ignored}\n`)
}
