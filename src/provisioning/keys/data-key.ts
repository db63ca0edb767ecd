import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { OndineError } from '../../errors/ondine-error.ts'

const keyBytes = 32

/** 256 bits as the configuration gives them: 64 hexadecimal digits or base64. Throws `vault.key-malformed`. */
export function configuredKey(text: string): Buffer {
  const trimmed = text.trim()
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64')
  const isBase64 = /^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)
  if (key.length !== keyBytes || (!isBase64 && trimmed.length !== 64)) throw new OndineError('vault.key-malformed', {})
  return key
}

/**
 * The 256-bit key in `<dataDir>/<name>.key` (mode 0600), made at the first call. A file that does not fit is left as it is:
 * replacing it would lose what it sealed. Of two processes that make it at once both get the key of the first.
 * Rejects with `vault.key-file-damaged`.
 */
export async function dataKey(dataDir: string, name: string): Promise<Buffer> {
  const make = async () => `${randomBytes(keyBytes).toString('hex')}\n`
  const text = await keptSecret(dataDir, name, { make, fits: (kept) => /^[0-9a-f]{64}\n?$/.test(kept) })
  return Buffer.from(text.trim(), 'hex')
}

/** The text in `<dataDir>/<name>.key`, as `dataKey` keeps its own; `fits`: whether a text is what `make` makes. */
export async function keptSecret(
  dataDir: string,
  name: string,
  { make, fits }: { make: () => Promise<string>; fits: (text: string) => boolean },
): Promise<string> {
  const file = join(dataDir, `${name}.key`)
  const text = (await readKeyFile(file)) ?? (await makeKeyFile(dataDir, file, await make()))
  if (!fits(text)) throw new OndineError('vault.key-file-damaged', { file })
  await chmod(file, 0o600)
  return text
}

async function makeKeyFile(dataDir: string, file: string, text: string): Promise<string> {
  await mkdir(dataDir, { recursive: true })
  const draft = `${file}.${randomBytes(6).toString('hex')}.new`
  try {
    await written(draft, text)
    // A link, other than a renaming, does not take the place of what another process put there.
    await link(draft, file)
    await synced(dataDir)
  } catch (thrown) {
    if (!hasCode(thrown, 'EEXIST')) throw thrown
  } finally {
    await rm(draft, { force: true })
  }
  return readFile(file, 'utf8')
}

async function written(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The name too must outlive a power cut: what is sealed next is worth nothing without it. */
async function synced(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function readKeyFile(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return undefined
    throw thrown
  }
}

function hasCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code
}
