import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serverScope } from './scope.ts'
import { hashToken, isToken, newToken } from './token.ts'
import type { TokenStore } from './tokens.ts'

const adminName = 'admin-local'

/** Where a command line on the same host finds its token. */
export function adminTokenFile(dataDir: string): string {
  return join(dataDir, 'admin.token')
}

/**
 * Sees to it that `<dataDir>/admin.token` (mode 0600) holds a token of the whole server that is in force.
 * When the file was lost or does not fit the database, a new one is made and the former `admin-local` revoked.
 */
export async function ensureAdminToken(store: TokenStore, dataDir: string, now = new Date()): Promise<{ created: boolean; file: string }> {
  const file = adminTokenFile(dataDir)
  if (await isInForce(store, await readToken(file), now)) {
    await chmod(file, 0o600)
    return { created: false, file }
  }
  const token = newToken()
  const time = now.toISOString()
  await mkdir(dataDir, { recursive: true })
  // The file first: a crash between the two leaves a token that is not in force, which the next start replaces.
  await writeFile(`${file}.new`, `${token}\n`, { mode: 0o600, flush: true })
  await chmod(`${file}.new`, 0o600)
  await rename(`${file}.new`, file)
  const kept = { name: adminName, role: 'admin', tenant: null, services: null, communes: null, expiresAt: null } as const
  await store.add(
    { ...kept, hash: hashToken(token), createdAt: time, revokedAt: null },
    { time, account: serverScope.account, tenant: null, action: 'token.issue', object: adminName, before: null, after: kept },
    { replaces: adminName },
  )
  return { created: true, file }
}

async function readToken(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function isInForce(store: TokenStore, token: string | undefined, now: Date): Promise<boolean> {
  if (token === undefined || !isToken(token)) return false
  const found = await store.byHash(hashToken(token))
  return found !== undefined && found.revokedAt === null && (found.expiresAt === null || found.expiresAt > now.toISOString())
}
