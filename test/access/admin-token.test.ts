import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { adminTokenFile, ensureAdminToken } from '../../src/access/admin-token.ts'
import { authenticate } from '../../src/access/tokens.ts'
import { FakeTokenStore } from '../fakes/fake-token-store.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ondine-access-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const written = async () => (await readFile(adminTokenFile(dataDir), 'utf8')).trim()
const now = new Date('2026-11-22T06:00:00.000Z')

describe('ensureAdminToken', () => {
  test('makes a token of the whole server at the first start, for its owner only, and keeps it', async () => {
    const store = new FakeTokenStore()
    expect(await ensureAdminToken(store, dataDir, now)).toMatchObject({ created: true })
    const token = await written()
    expect((await stat(adminTokenFile(dataDir))).mode & 0o777).toBe(0o600)
    expect(await authenticate(store, token, now)).toEqual({
      account: 'admin-local',
      role: 'admin',
      tenant: null,
      services: null,
      communes: null,
    })
    expect(await ensureAdminToken(store, dataDir, now)).toMatchObject({ created: false })
    expect(await written()).toBe(token)
    expect(await readdir(dataDir)).toEqual(['admin.token'])
  })

  test('makes a data directory that is not there', async () => {
    await ensureAdminToken(new FakeTokenStore(), join(dataDir, 'new', 'data'), now)
    expect(await readdir(join(dataDir, 'new', 'data'))).toEqual(['admin.token'])
  })

  test.for<[string, () => Promise<void>]>([
    ['lost', () => rm(adminTokenFile(dataDir))],
    ['emptied', () => writeFile(adminTokenFile(dataDir), '')],
  ])('when the file was %s, makes a new one and revokes the former', async ([, damage]) => {
    const store = new FakeTokenStore()
    await ensureAdminToken(store, dataDir, now)
    const former = await written()
    await damage()
    expect(await ensureAdminToken(store, dataDir, now)).toMatchObject({ created: true })
    await expect(authenticate(store, former, now)).rejects.toMatchObject({ code: 'access.token-refused' })
    expect(await authenticate(store, await written(), now)).toMatchObject({ account: 'admin-local' })
  })

  test('a file of another database is replaced', async () => {
    await ensureAdminToken(new FakeTokenStore(), dataDir, now)
    const store = new FakeTokenStore()
    expect(await ensureAdminToken(store, dataDir, now)).toMatchObject({ created: true })
    expect(await authenticate(store, await written(), now)).toMatchObject({ account: 'admin-local' })
  })

  test('a file that others may read is closed again', async () => {
    const store = new FakeTokenStore()
    await ensureAdminToken(store, dataDir, now)
    await chmod(adminTokenFile(dataDir), 0o644)
    await ensureAdminToken(store, dataDir, now)
    expect((await stat(adminTokenFile(dataDir))).mode & 0o777).toBe(0o600)
  })
})
