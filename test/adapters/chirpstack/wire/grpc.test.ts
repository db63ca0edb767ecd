import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tenantGrpc from '@chirpstack/chirpstack-api/api/tenant_grpc_pb.js'
import tenantPb from '@chirpstack/chirpstack-api/api/tenant_pb.js'
import { Server, ServerCredentials, type sendUnaryData } from '@grpc/grpc-js'
import { afterEach, describe, expect, test } from 'vitest'
import { createChirpstackClient } from '../../../../src/adapters/chirpstack/client.ts'
import { fill } from '../../../../src/adapters/chirpstack/wire/fill.ts'
import { connect } from '../../../../src/adapters/chirpstack/wire/grpc.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

type Answer = (token: string, callback: sendUnaryData<tenantPb.GetTenantResponse>) => void

/** A server of one method, answering as told. */
async function serve(answer: Answer, credentials = ServerCredentials.createInsecure()): Promise<number> {
  const server = new Server()
  server.addService(
    { get: tenantGrpc.TenantServiceService.get },
    {
      get: (call: { metadata: { get(key: string): unknown[] } }, callback: sendUnaryData<tenantPb.GetTenantResponse>) =>
        answer(String(call.metadata.get('authorization')), callback),
    },
  )
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)))
  })
  stops.push(() => server.forceShutdown())
  return port
}

const tenant: Answer = (token, callback) =>
  callback(null, fill(new tenantPb.GetTenantResponse(), { tenant: fill(new tenantPb.Tenant(), { name: token }) }))

function client(url: string, options: { ca?: Buffer; deadlineMs?: number } = {}) {
  const opened = createChirpstackClient({ url, token: 'secret-token', ...options })
  stops.push(opened.stop)
  return opened
}

test('plaintext: the token goes as a bearer', async () => {
  const port = await serve(tenant)
  expect(await client(`http://127.0.0.1:${port}`).directory.getTenant('t')).toEqual({ id: 't', name: 'Bearer secret-token' })
  expect(await client(`http://127.0.0.1:${port}/`).directory.getTenant('t')).toBeDefined()
})

describe('TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ondine-tls-'))
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', keyFile, '-out', certFile, ...subject],
    {
      stdio: 'ignore',
    },
  )
  const [key, ca] = [readFileSync(keyFile), readFileSync(certFile)]
  rmSync(folder, { recursive: true })
  const credentials = ServerCredentials.createSsl(null, [{ private_key: key, cert_chain: ca }])

  test('with the authority that signed', async () => {
    const port = await serve(tenant, credentials)
    expect(await client(`https://127.0.0.1:${port}`, { ca }).directory.getTenant('t')).toMatchObject({ name: 'Bearer secret-token' })
  })

  test.for([
    ['an authority nobody knows', 'https'],
    ['plaintext to a TLS port', 'http'],
  ])('%s: unreachable, with the reason', async ([, protocol]) => {
    const port = await serve(tenant, credentials)
    const lookUp = client(`${protocol}://127.0.0.1:${port}`).directory.getTenant('t')
    await expect(lookUp).rejects.toMatchObject({ code: 'chirpstack.unreachable', context: { url: `${protocol}://127.0.0.1:${port}` } })
  })
})

test('a server that never answers is unreachable when the deadline has passed', async () => {
  const port = await serve(() => undefined)
  const silent = client(`http://127.0.0.1:${port}`, { deadlineMs: 300 })
  await expect(silent.directory.getTenant('t')).rejects.toMatchObject({
    code: 'chirpstack.unreachable',
    context: { reason: 'no answer in time' },
  })
  expect(await silent.probe()).toMatchObject({ reached: false })
})

test('a web server that is no ChirpStack is unreachable', async () => {
  const web = createServer((_request, response) => response.writeHead(404).end('not here'))
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  stops.push(() => web.close())
  const { port } = web.address() as AddressInfo
  await expect(client(`http://127.0.0.1:${port}`).directory.getTenant('t')).rejects.toMatchObject({ code: 'chirpstack.unreachable' })
})

test('a busy database is asked again, a few times', async () => {
  let calls = 0
  const busy =
    (times: number): Answer =>
    (token, callback) =>
      ++calls > times ? tenant(token, callback) : callback({ code: 13, details: 'database is locked' })
  const port = await serve(busy(3))
  expect(await client(`http://127.0.0.1:${port}`).directory.getTenant('t')).toBeDefined()
  expect(calls).toBe(4)
  const stuck = await serve(busy(Number.POSITIVE_INFINITY))
  await expect(client(`http://127.0.0.1:${stuck}`).directory.getTenant('t')).rejects.toMatchObject({ context: { reason: 'busy' } })
})

test('without reflection the services stay unknown, and an unknown method is no right', async () => {
  const port = await serve(tenant)
  expect(await client(`http://127.0.0.1:${port}`).probe()).toMatchObject({
    reached: false,
    reason: expect.stringContaining('update ChirpStack'),
  })
})

test('neither token nor user is in what a failure shows', async () => {
  const port = await serve((_token, callback) => callback({ code: 13, details: 'Bearer secret-token is odd' }))
  const error: unknown = await client(`http://someone:word@127.0.0.1:${port}`)
    .directory.getTenant('t')
    .catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'chirpstack.refused' })
  const shown = [error, error instanceof Error ? [error.message, error.stack, error.cause, String(error.cause)] : '']
    .map((part) => JSON.stringify(part))
    .join()
  expect(shown).not.toMatch(/secret-token|someone|word@/)
})

test('a URL that is none is refused at once', () => {
  expect(() => connect({ url: '127.0.0.1:8080' })).toThrow(TypeError)
})
