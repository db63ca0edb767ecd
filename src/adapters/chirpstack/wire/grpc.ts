import { Client, credentials, Metadata, type MethodDefinition, type ServiceError } from '@grpc/grpc-js'

export interface Connection {
  /**
   * One unary call with a deadline (milliseconds from now, default 10 000): `call(deviceGrpc.DeviceServiceService.get, request)`.
   * Rejects with grpc-js's ServiceError (`code`, `details`); the token is never in it.
   */
  call<Q, R>(method: MethodDefinition<Q, R>, request: Q, deadlineMs?: number): Promise<R>
  /** For the streams of reflection; everything else goes through `call`. */
  readonly client: Client
  readonly metadata: Metadata
  /** An error of such a stream, without the token that its server may have repeated. */
  withoutToken(error: ServiceError): ServiceError
  /** without user or path */
  readonly url: string
  close(): void
}

export interface ConnectionOptions {
  /** `http://host:port` speaks plaintext HTTP/2, `https://…` TLS */
  url: string
  /** API key; left out: calls carry no authorization */
  token?: string | undefined
  /** certificate authority (PEM) of a TLS server whose certificate no public authority signed */
  ca?: Buffer | undefined
}

/** Opens a connection; nothing is sent before the first call, and grpc-js reconnects by itself. Throws TypeError on a bad URL. */
export function connect(options: ConnectionOptions): Connection {
  const url = new URL(options.url)
  const tls = url.protocol === 'https:'
  const target = `${url.hostname}:${url.port || (tls ? 443 : 80)}`
  const client = new Client(target, tls ? credentials.createSsl(options.ca ?? null) : credentials.createInsecure(), {
    // a server that comes back must not stay unreachable for the default two minutes
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': 5000,
    // a list of tens of thousands of devices exceeds the default of 4 MB
    'grpc.max_receive_message_length': 256 * 1024 * 1024,
  })
  const metadata = new Metadata()
  if (options.token !== undefined) metadata.set('authorization', `Bearer ${options.token}`)
  return {
    client,
    metadata,
    withoutToken: (error) => withoutToken(error, options.token),
    url: url.origin,
    close: () => client.close(),
    call: (method, request, deadlineMs = 10_000) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          request,
          metadata,
          { deadline: Date.now() + deadlineMs },
          (error, response) => {
            if (error) reject(withoutToken(error, options.token))
            else if (response === undefined) reject(new Error(`${method.path} answered nothing`))
            else resolve(response)
          },
        )
      }),
  }
}

/** A server, or a proxy before it, may repeat in its answer what it was sent. */
function withoutToken(error: ServiceError, token: string | undefined): ServiceError {
  if (!token) return error
  const clean = (text: string) => text.replaceAll(token, '[token]')
  error.message = clean(error.message)
  error.details = clean(error.details)
  error.stack = clean(error.stack ?? '')
  return error
}
