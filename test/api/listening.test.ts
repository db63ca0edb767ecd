import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ApiFixture } from '../support/api-fixture.ts'
import { cli } from '../support/cli.ts'

let folder = ''
const tls = { cert: '', key: '' }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ondine-tls-'))
  tls.cert = join(folder, 'cert.pem')
  tls.key = join(folder, 'key.pem')
  const asked = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=ondine -addext subjectAltName=IP:127.0.0.1'
  execFileSync('openssl', ['req', '-x509', ...asked.split(' '), '-keyout', tls.key, '-out', tls.cert], { stdio: 'ignore' })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('over TLS, and found by a command line on this host although nobody else knows the certificate', async () => {
  const fixture = await new ApiFixture({ tls }).start()
  try {
    expect(fixture.url).toMatch(/^https:/)
    const body = await new Promise<string>((resolve, reject) => {
      get(`${fixture.url}/health/live`, { rejectUnauthorized: false }, (response) => resolve(text(response))).on('error', reject)
    })
    expect(JSON.parse(body)).toEqual({ live: true })

    await writeFile(join(fixture.dataDir, 'admin.token'), await fixture.tokens.issue({}))
    const environment = { ONDINE_DATA_DIR: fixture.dataDir }
    expect(await cli(['status'], { environment })).toMatchObject({ code: 5, err: expect.stringContaining('SELF_SIGNED') })
    const configured = { ...environment, ONDINE_LISTEN_TLS_CERT: tls.cert, ONDINE_LISTEN_TLS_KEY: tls.key }
    expect(await cli(['status', '--json'], { environment: configured })).toMatchObject({ code: 0, err: '' })
  } finally {
    await fixture.stop()
  }
})

test('on every address: a command line on this host finds it at the loopback one', async () => {
  const fixture = await new ApiFixture({ host: '0.0.0.0' }).start()
  try {
    expect(fixture.url).toBe(`http://127.0.0.1:${fixture.port}`)
    await writeFile(join(fixture.dataDir, 'admin.token'), await fixture.tokens.issue({}))
    expect(await cli(['status', '--json'], { environment: { ONDINE_DATA_DIR: fixture.dataDir } })).toMatchObject({ code: 0 })
  } finally {
    await fixture.stop()
  }
})

test('TLS files that are missing or no certificate are named by their key', async () => {
  const start = (files: typeof tls) => new ApiFixture({ tls: files }).start()
  await expect(start({ ...tls, key: join(folder, 'nowhere.pem') })).rejects.toMatchObject({
    code: 'config.file-unusable',
    context: { path: 'listen.tls.key' },
  })
  await writeFile(join(folder, 'garbage.pem'), 'garbage')
  await expect(start({ ...tls, cert: join(folder, 'garbage.pem') })).rejects.toMatchObject({
    code: 'config.file-unusable',
    context: { path: 'listen.tls' },
  })
})

test('an address that is not of this machine is one sentence', async () => {
  await expect(new ApiFixture({ host: '192.0.2.1' }).start()).rejects.toMatchObject({
    code: 'api.cannot-listen',
    context: { host: '192.0.2.1', reason: 'EADDRNOTAVAIL' },
  })
})

test('what cannot be found by others does not listen on', async () => {
  const fixture = new ApiFixture({ dataDir: join(folder, 'nowhere') })
  await expect(fixture.start()).rejects.toThrow('ENOENT')
  await vi.waitFor(() => expect(process.getActiveResourcesInfo()).not.toContain('TCPServerWrap'))
})
