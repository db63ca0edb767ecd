import type { ServiceError } from '@grpc/grpc-js'
import jspb from 'google-protobuf'
import { failureOf } from './refusal.ts'
import type { Connection } from './wire/grpc.ts'

const versions = ['v1', 'v1alpha']

/**
 * Names of the gRPC services a server offers, by its reflection service (grpc.reflection.v1, else v1alpha).
 * null when it offers no reflection. Rejects with grpc-js's ServiceError when the server cannot be reached.
 */
export async function listServices(connection: Connection, deadlineMs: number): Promise<readonly string[] | null> {
  for (const version of versions) {
    try {
      return await ask(connection, `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`, deadlineMs)
    } catch (thrown) {
      const unimplemented = 12
      if (failureOf(thrown)?.code !== unimplemented) throw thrown
    }
  }
  return null
}

function ask(connection: Connection, path: string, deadlineMs: number): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const same = (bytes: Buffer) => bytes
    const options = { deadline: Date.now() + deadlineMs }
    const stream = connection.client.makeBidiStreamRequest(path, same, same, connection.metadata, options)
    stream.on('data', (bytes: Buffer) => {
      stream.end()
      // Thrown here, it would reach nobody and end the program.
      try {
        resolve(readServices(bytes))
      } catch (error) {
        reject(error)
      }
    })
    stream.on('error', (error: ServiceError) => reject(connection.withoutToken(error)))
    stream.on('end', () => reject(new Error('reflection answered nothing')))
    stream.write(listServicesRequest())
  })
}

/** ServerReflectionRequest { string list_services = 7 } */
function listServicesRequest(): Buffer {
  const writer = new jspb.BinaryWriter()
  writer.writeString(7, '*')
  return Buffer.from(writer.getResultBuffer())
}

/** ServerReflectionResponse { ListServiceResponse list_services_response = 6 { repeated ServiceResponse service = 1 { string name = 1 } } } */
function readServices(bytes: Uint8Array): string[] {
  return messages(bytes, 6)
    .flatMap((list) => messages(list, 1))
    .flatMap((service) => messages(service, 1))
    .map((name) => Buffer.from(name).toString('utf8'))
}

/** The length-delimited values of one field. */
function messages(bytes: Uint8Array, field: number): Uint8Array[] {
  const reader = new jspb.BinaryReader(bytes)
  const found: Uint8Array[] = []
  while (reader.nextField()) {
    if (reader.getFieldNumber() === field && reader.isDelimited()) found.push(reader.readBytes())
    else reader.skipField()
  }
  return found
}
