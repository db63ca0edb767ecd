import { Server, ServerCredentials, type ServerDuplexStream, type ServiceDefinition } from '@grpc/grpc-js'
import { afterEach, expect, test } from 'vitest'
import { createChirpstackClient } from '../../../src/adapters/chirpstack/client.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

const same = (bytes: Buffer) => bytes
const reflection: ServiceDefinition = {
  info: {
    path: '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    requestStream: true,
    responseStream: true,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  },
}

async function probe(answer: (stream: ServerDuplexStream<Buffer, Buffer>, token: string) => void) {
  const server = new Server()
  server.addService(reflection, {
    info: (stream: ServerDuplexStream<Buffer, Buffer>) => answer(stream, String(stream.metadata.get('authorization'))),
  })
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)))
  })
  const client = createChirpstackClient({ url: `http://127.0.0.1:${port}`, token: 'secret-token' })
  stops.push(() => server.forceShutdown(), client.stop)
  return client.probe()
}

test('an answer that is no protobuf ends the probe, not the program', async () => {
  const answer = await probe((stream) => stream.write(Buffer.from([0x32, 0x7f, 0x01])))
  expect(answer).toMatchObject({ reached: false, reason: expect.stringMatching(/./) })
})

test('a server that repeats what it was sent does not get the token into a sentence', async () => {
  const answer = await probe((stream, token) => stream.emit('error', { code: 7, details: `no: ${token}` }))
  expect(JSON.stringify(answer)).not.toContain('secret-token')
  expect(answer).toMatchObject({ reached: false, reason: expect.stringContaining('[token]') })
})
