import tenantGrpc from '@chirpstack/chirpstack-api/api/tenant_grpc_pb.js'
import tenantPb from '@chirpstack/chirpstack-api/api/tenant_pb.js'
import { Server, ServerCredentials, type sendUnaryData, status } from '@grpc/grpc-js'
import { afterEach, expect, test } from 'vitest'
import { callsInThread } from '../../../../src/adapters/chirpstack/wire/calls-in-thread.ts'
import { fill } from '../../../../src/adapters/chirpstack/wire/fill.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

type Answer = (id: string, token: string, callback: sendUnaryData<tenantPb.GetTenantResponse>) => void

async function calling(answer: Answer) {
  const server = new Server()
  server.addService(
    { get: tenantGrpc.TenantServiceService.get },
    {
      get: (
        call: { request: tenantPb.GetTenantRequest; metadata: { get(key: string): unknown[] } },
        callback: sendUnaryData<tenantPb.GetTenantResponse>,
      ) => answer(call.request.getId(), String(call.metadata.get('authorization')), callback),
    },
  )
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)))
  })
  const calls = callsInThread({ url: `http://127.0.0.1:${port}`, token: 'secret-token' })
  stops.push(
    () => server.forceShutdown(),
    () => calls.close(),
  )
  const get = async (id: string, deadlineMs?: number) => {
    const request = fill(new tenantPb.GetTenantRequest(), { id })
    return (await calls.call(tenantGrpc.TenantServiceService.get, request, deadlineMs)).getTenant()?.getName()
  }
  return { calls, get }
}

const named = (name: string) => fill(new tenantPb.GetTenantResponse(), { tenant: fill(new tenantPb.Tenant(), { name }) })

test('many calls at once, each with its own answer and the token', async () => {
  const { get } = await calling((id, token, callback) => void setTimeout(() => callback(null, named(`${id} ${token}`)), Math.random() * 20))
  const ids = Array.from({ length: 300 }, (_, index) => `t${index}`)
  expect(await Promise.all(ids.map((id) => get(id)))).toEqual(ids.map((id) => `${id} Bearer secret-token`))
})

test('a large answer comes whole', async () => {
  const name = 'x'.repeat(2_000_000)
  const { get } = await calling((_id, _token, callback) => callback(null, named(name)))
  expect(await get('t')).toBe(name)
})

test('a refusal keeps its code and words, without the token', async () => {
  const { get } = await calling((_id, token, callback) => callback({ code: status.INTERNAL, details: `${token} is odd` }))
  const error: unknown = await get('t').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: status.INTERNAL, details: 'Bearer [token] is odd' })
  expect(error instanceof Error ? `${error.message} ${error.stack}` : '').not.toContain('secret-token')
})

test('a server that never answers, and a connection that is closed', async () => {
  const { get, calls } = await calling(() => undefined)
  await expect(get('t', 200)).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED })
  const under = get('t')
  calls.close()
  await expect(under).rejects.toMatchObject({ code: status.CANCELLED })
})
