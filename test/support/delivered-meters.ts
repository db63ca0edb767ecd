import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ended, OndineProcess } from './ondine-process.ts'

/** A water meter as its supplier delivers it. */
export interface Meter {
  devEui: string
  joinEui: string
  appKey: string
  serial: string
}

/** Meters with keys that look random, always the same for the same numbers. */
export function meters(count: number, first = 0): Meter[] {
  return Array.from({ length: count }, (_, index) => ({
    devEui: `0018b2${(first + index).toString(16).padStart(10, '0')}`,
    joinEui: '70b3d57ba0000001',
    appKey: createHash('sha256')
      .update(`key of meter ${first + index}`)
      .digest('hex')
      .slice(0, 32),
    serial: `SN${first + index}`,
  }))
}

/** A folder as `ondine init` writes it, for this server. */
export async function newTerritory(ondine: OndineProcess): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ondine-territory-'))
  const ended = await ondine.cli('init', folder, '--tenant', 'tours', '--service', 'water', '--json')
  if (ended.code !== 0) throw new Error(`init: ${ended.code}\n${ended.stdout}\n${ended.stderr}`)
  // The examples beside it are for people.
  await removeTables(folder)
  return folder
}

/** Writes the supplier's file and imports it. */
export async function deliver(ondine: OndineProcess, folder: string, name: string, delivered: readonly Meter[]): Promise<Ended> {
  const file = join(await mkdtemp(join(tmpdir(), 'ondine-delivery-')), `${name}.csv`)
  const rows = delivered.map(({ devEui, joinEui, appKey, serial }) => [devEui, joinEui, appKey, serial].join(';'))
  await writeFile(file, ['DevEUI;JoinEUI;AppKey;Serial', ...rows, ''].join('\r\n'))
  const place = ['--territory', folder, '--tenant', 'tours', '--service', 'water']
  return ondine.cli('import', file, ...place, '--model', 'axioma/qalcosonic-w1', '--json')
}

async function removeTables(folder: string): Promise<void> {
  for (const file of await filesUnder(folder)) if (file.endsWith('.csv') || file.endsWith('.age')) await rm(file)
}

export async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}

/** Where a key stands in clear, as digits of either case, base64 or bytes: a file of these folders, or one of these texts. */
export async function keysInClear(
  keys: readonly string[],
  places: { folders: readonly string[]; texts: Readonly<Record<string, string>> },
) {
  const bytesOf = keys.map((key) => Buffer.from(key, 'hex'))
  const texts = bytesOf.flatMap((bytes) => [
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ])
  const needles = [...new Set(texts)].map((text) => Buffer.from(text)).concat(bytesOf)
  const contents: [string, Buffer][] = Object.entries(places.texts).map(([name, text]) => [name, Buffer.from(text)])
  for (const folder of places.folders) for (const file of await filesUnder(folder)) contents.push([file, await readFile(file)])
  return contents.flatMap(([name, content]) => (needles.some((needle) => content.includes(needle)) ? [name] : []))
}
