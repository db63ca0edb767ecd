import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { ORPCError, onError } from '@orpc/server'
import { BodyLimitPlugin } from '@orpc/server/node'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import type { Logger } from 'pino'
import { may } from '../access/permissions.ts'
import type { Scope } from '../access/scope.ts'
import { authenticate } from '../access/tokens.ts'
import { OndineError } from '../errors/ondine-error.ts'
import { type Problem, problemMediaType, problemSchema } from './contract/problem.ts'
import { type ServerFile, serverFileName } from './contract/server-file.ts'
import { docsPage } from './docs-page.ts'
import { docsPolicy, isLocal, safeHeaders } from './headers.ts'
import { openApiDocument } from './openapi.ts'
import type { Desks } from './ports.ts'
import { maxBodyBytes, maxTerritoryBytes, problemOf } from './problem.ts'
import type { RequestContext } from './request-context.ts'
import { createRouter } from './router.ts'
import { refuseNul } from './storable-text.ts'

export interface ApiOptions {
  host: string
  /** 0: any free port */
  port: number
  /** PEM files */
  tls?: { cert: string; key: string } | undefined
  /** where `server.json` is written while the server runs */
  dataDir: string
  version: string
  /** A proxy stands before this server: it need not say for whom it asks, so that no request counts as local. */
  trustedProxy?: boolean
  /** how often the token of an open stream is looked at again; left out: 30 s */
  authenticateEveryMs?: number
}

/** Ports tried one after the other when the wanted one is taken. */
const portsTried = 50
/** A reader of the stream that does not close by itself is cut then. */
const closeGraceMs = 1_000

/** The HTTP API, its documentation, health and metrics. */
export class ApiServer {
  readonly #desks: Desks
  readonly #options: ApiOptions
  readonly #logger: Logger
  #server: Server | undefined
  #closing = new AbortController()

  constructor(desks: Desks, options: ApiOptions, logger: Logger) {
    this.#desks = desks
    this.#options = options
    this.#logger = logger
  }

  /**
   * Listens and writes `server.json`. `port` differs from the wanted one when that was taken; `url` is how it is reached
   * from this machine. Rejects with `api.no-port`, `api.cannot-listen`, or `config.file-unusable`.
   */
  async start(): Promise<{ url: string; port: number }> {
    const { host, tls, dataDir } = this.#options
    this.#closing = new AbortController()
    const app = this.#app()
    const server = tls === undefined ? createServer(app) : await tlsServer(tls, app)
    const port = await this.#listen(server)
    this.#server = server
    const url = `${tls === undefined ? 'http' : 'https'}://${reachable(host)}:${port}`
    try {
      await writeServerFile(dataDir, { url, pid: process.pid })
    } catch (error) {
      await this.stop()
      throw error
    }
    this.#logger.info({ url, host }, 'HTTP API listens')
    return { url, port }
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    await rm(join(this.#options.dataDir, serverFileName), { force: true })
    this.#closing.abort()
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs)
    await closed
    clearTimeout(cut)
  }

  async #listen(server: Server): Promise<number> {
    const { host, port: wanted } = this.#options
    const last = wanted === 0 ? 0 : Math.min(65_535, wanted + portsTried)
    for (let port = wanted; port <= last; port += 1) {
      const got = await tryPort(server, host, port).catch((cause: NodeJS.ErrnoException) => {
        throw new OndineError('api.cannot-listen', { host, port, reason: cause.code ?? cause.message }, { cause })
      })
      if (got === undefined) continue
      if (wanted !== 0 && got !== wanted) this.#logger.warn({ wanted, port: got }, 'port is taken, listening on the next free one')
      return got
    }
    throw new OndineError('api.no-port', { host, port: wanted })
  }

  #app(): Express {
    const { self } = this.#desks
    const app = express()
    app.disable('x-powered-by')
    app.disable('etag')
    app.use(safeHeaders, this.#logRequest)

    app.get('/health/live', (_request, response) => void response.json({ live: true }))
    app.get('/health/ready', async (_request, response) => {
      const readiness = await self.readiness()
      response.status(readiness.ready ? 200 : 503).json(readiness)
    })
    app.get('/metrics', async (request, response) => {
      if (this.#options.trustedProxy === true || !isLocal(request)) await this.#scopeOf(request)
      const { contentType, text } = await self.metrics()
      response.set('Content-Type', contentType).send(text)
    })

    let document: ReturnType<typeof openApiDocument> | undefined
    const described = () => {
      document ??= openApiDocument(this.#options.version)
      return document
    }
    app.get('/openapi.json', async (_request, response) => void response.json(await described()))
    app.get('/docs', async (_request, response) => {
      response
        .set('Content-Security-Policy', docsPolicy)
        .type('html')
        .send(docsPage(await described()))
    })

    app.use('/v1', this.#contractHandler())
    app.use((request: Request) => {
      throw new OndineError('api.no-route', { method: request.method, path: request.path })
    })
    app.use(this.#answerProblem)
    return app
  }

  #contractHandler() {
    const { authenticateEveryMs = 30_000 } = this.#options
    const router = createRouter(this.#desks, { authenticateEveryMs })
    const usual = this.#openApiHandler(router, maxBodyBytes)
    const large = this.#openApiHandler(router, maxTerritoryBytes)
    return async (request: Request, response: Response, next: NextFunction) => {
      const scope = await this.#scopeOf(request)
      response.locals.account = scope.account
      const context: RequestContext = {
        scope,
        idempotencyKey: request.get('Idempotency-Key'),
        forgetBody: () => {},
        authenticateAgain: () => this.#scopeOf(request),
        closing: this.#closing.signal,
      }
      // Who may not plan is not listened to for so long either.
      const handler = isTerritory(request) && may(scope, 'manage') ? large : usual
      const { matched } = await handler.handle(request, response, { context })
      if (!matched) next()
    }
  }

  #openApiHandler(router: ReturnType<typeof createRouter>, maxBodySize: number): OpenAPIHandler<RequestContext> {
    return new OpenAPIHandler<RequestContext>(router, {
      plugins: [new BodyLimitPlugin({ maxBodySize })],
      // The library would send a problem as plain JSON: it is handed to the one place that answers problems.
      rootInterceptors: [
        async (options) => {
          const result = await options.next()
          if (result.matched && result.response.status >= 400) throw new ProblemAnswer(problemSchema.parse(result.response.body))
          return result
        },
      ],
      interceptors: [
        onError((error) => {
          if (problemOf(error).status >= 500) this.#logger.error({ err: causeOf(error) }, 'request failed')
        }),
      ],
      clientInterceptors: [
        async (options) => {
          try {
            refuseNul(options.input)
            options.context.forgetBody = () => empty(options.input)
            return await options.next()
          } catch (error) {
            throw error instanceof OndineError ? toOrpcError(error) : error
          }
        },
      ],
      customErrorResponseBodyEncoder: (error) => problemOf(error, maxBodySize),
    })
  }

  #scopeOf(request: Request): Promise<Scope> {
    const [scheme, token] = (request.get('Authorization') ?? '').split(' ')
    return authenticate(this.#desks.tokens, scheme?.toLowerCase() === 'bearer' ? token : undefined, this.#desks.now())
  }

  readonly #answerProblem = (error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error)
    const known = error instanceof ProblemAnswer
    const problem = known ? error.problem : problemOf(error)
    if (problem.status >= 500 && !known) this.#logger.error({ err: error }, 'request failed')
    if (problem.status === 401) response.set('WWW-Authenticate', 'Bearer')
    response.status(problem.status).type(problemMediaType).send(JSON.stringify(problem))
  }

  /** Path without its query: a token given there by mistake stays out of the log. So does the code of an asset: it is a dwelling's. */
  readonly #logRequest = (request: Request, response: Response, next: NextFunction) => {
    const { method } = request
    const path = request.path.replace(/^(\/v1\/assets\/)[^/]+/, '$1{slug}')
    const started = performance.now()
    response.once('close', () => {
      const took = Math.round(performance.now() - started)
      this.#logger.debug({ method, path, status: response.statusCode, ms: took, account: response.locals.account }, 'request')
    })
    next()
  }
}

function empty(body: unknown): void {
  if (typeof body !== 'object' || body === null) return
  for (const member of Object.keys(body)) Reflect.deleteProperty(body, member)
}

/** A problem that was already told in the log. */
class ProblemAnswer extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

/** The one request whose body may be large. */
function isTerritory({ method, originalUrl }: Request): boolean {
  return method === 'POST' && /^\/v1\/provisioning\/plans\/?($|\?)/.test(originalUrl)
}

/** An address that means all of them is reached at the loopback one. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return isIPv6(host) ? `[${host}]` : host
}

async function tlsServer({ cert, key }: { cert: string; key: string }, app: Express): Promise<Server> {
  const files = await Promise.all([readPem('listen.tls.cert', cert), readPem('listen.tls.key', key)])
  try {
    return createTlsServer({ cert: files[0], key: files[1] }, app)
  } catch (cause) {
    throw unusable('listen.tls', `${cert}, ${key}`, cause)
  }
}

function readPem(path: string, file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw unusable(path, file, cause)
  })
}

function unusable(path: string, file: string, cause: unknown): OndineError {
  const reason = cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.message) : String(cause)
  return new OndineError('config.file-unusable', { path, file, reason }, { cause })
}

function tryPort(server: Server, host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    }
    server.once('error', onError)
    server.listen(port, host, () => {
      server.off('error', onError)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

async function writeServerFile(dataDir: string, content: ServerFile): Promise<void> {
  const file = join(dataDir, serverFileName)
  await writeFile(`${file}.new`, JSON.stringify(content))
  await rename(`${file}.new`, file)
}

function toOrpcError(error: OndineError): ORPCError<string, unknown> {
  return new ORPCError(error.code, { status: error.status, message: error.message, cause: error })
}

function causeOf(error: unknown): unknown {
  return error instanceof ORPCError ? (error.cause ?? error) : error
}
