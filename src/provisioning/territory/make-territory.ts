import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { OndineError } from '../../errors/ondine-error.ts'
import { slugSchema } from '../../inventory/slug.ts'
import { ignoreKeys } from '../suppliers/delivery-files.ts'
import { writeWhole } from '../suppliers/write-whole.ts'
import { type Example, exampleFiles, withRecipient } from './example.ts'
import { territorySchemas } from './schemas.ts'
import type { TerritoryFile } from './territory-file.ts'
import { isTerritory, readTerritoryFile, territoryFileName } from './territory-folder.ts'

/**
 * A new territory in a folder, which is made if it is not there. Nothing that is there is touched but `.gitignore`, which is added to.
 * Rejects with `delivery.bad-slug`.
 */
export async function makeTerritory(folder: string, wish: Omit<Example, 'id'>): Promise<readonly string[]> {
  for (const [option, value] of [['--tenant', wish.tenant] as const, ['--service', wish.service] as const]) {
    if (!slugSchema.safeParse(value).success) throw new OndineError('delivery.bad-slug', { option, value })
  }
  const { [territoryFileName]: territoryYaml = '', ...tables } = exampleFiles({ ...wish, id: randomUUID() })
  const schemas = Object.entries(territorySchemas()).map(([name, text]) => [`schemas/${name}`, text] as const)
  const written: string[] = []
  // What makes it a territory comes last: cut short, it can be repeated.
  for (const [file, text] of [...Object.entries(tables), ...schemas, [territoryFileName, territoryYaml] as const]) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    const isNew = await writeFile(join(folder, file), text, { flag: 'wx' }).then(() => true, ifThere)
    if (isNew) written.push(file)
  }
  await ignoreKeys(folder)
  return [...written, '.gitignore']
}

function ifThere(thrown: unknown): false {
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') return false
  throw thrown
}

export interface FoundTerritory {
  file: TerritoryFile
  /** its recipient was missing and has been filled in */
  filled: boolean
  /** keys are encrypted to another server than the one that answered */
  differs: boolean
}

/** A territory that is there already; null: none. Rejects with `territory.invalid`. */
export async function findTerritory(folder: string, recipient: string | null): Promise<FoundTerritory | null> {
  if (!(await isTerritory(folder))) return null
  const file = await readTerritoryFile(folder)
  if (recipient === null || file.recipient !== null) {
    return { file, filled: false, differs: recipient !== null && recipient !== file.recipient }
  }
  const path = join(folder, territoryFileName)
  await writeWhole(path, withRecipient(await readFile(path, 'utf8'), recipient))
  return { file: await readTerritoryFile(folder), filled: true, differs: false }
}
