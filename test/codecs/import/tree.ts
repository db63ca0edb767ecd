import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Files of a catalogue: path → text. */
export type Tree = Readonly<Record<string, string>>

const made: string[] = []

export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ondine-import-'))
  made.push(folder)
  return folder
}

export async function folderOf(tree: Tree): Promise<string> {
  const folder = await emptyFolder()
  for (const [path, text] of Object.entries(tree)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}

export async function removeFolders(): Promise<void> {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true })
}
