import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type ServerProcess, startServerProcess } from './servers/server-process.ts'

/**
 * The real ChirpStack, when the environment names its binary. A test that needs it:
 *
 *     describe.skipIf(!chirpstackBinary('sqlite'))('…', () => {
 *       const chirpstack = await startChirpstack({ mosquittoUrl: mosquitto.url, redisUrl: redis.url })
 *       connect({ url: chirpstack.grpcUrl, token: chirpstack.token })      // a global admin key
 *     })
 *
 * and calls `sayWhenAbsent()` once, so that a run without it tells so.
 */
export function chirpstackBinary(database: 'sqlite' | 'postgresql'): string | undefined {
  const variable = database === 'sqlite' ? 'ONDINE_TEST_CHIRPSTACK' : 'ONDINE_TEST_CHIRPSTACK_POSTGRES'
  return process.env[variable] || undefined
}

/**
 * Options of a test on the real radio side. ChirpStack drops a frame when its SQLite database is busy (`database is locked`,
 * seen on 4.20): on the air that is a lost frame, and the test sends again. What arrives is judged as strictly each time.
 */
export const framesMayBeLost = { retry: 2 } as const

export function sayWhenAbsent(): void {
  if (chirpstackBinary('sqlite') === undefined) {
    process.stdout.write('ran without the real ChirpStack: ONDINE_TEST_CHIRPSTACK names no binary\n')
  }
}

export interface ChirpstackOptions {
  /** form of the integration events; default JSON */
  json?: boolean
  /** default sqlite */
  database?: 'sqlite' | 'postgresql'
  mosquittoUrl: string
  /** of its own: ChirpStack keeps sessions and the gateways' contexts there */
  redisUrl: string
  /** database with the extension pg_trgm; needed for postgresql */
  postgresUrl?: string
  /** QoS of the integration events; default 1, as Ondine requires */
  qos?: 0 | 1
  /** makes certificates for gateways; default none, as ChirpStack comes */
  authority?: boolean
}

export type Chirpstack = ServerProcess & {
  grpcUrl: string
  /** global admin API key */
  token: string
  /** what gateways put before `gateway/<id>/…` */
  region: 'eu868'
}

/** Starts ChirpStack on a free port, its tables created; EU868, events at QoS 1 with a fixed client id. */
export async function startChirpstack(options: ChirpstackOptions): Promise<Chirpstack> {
  const { json = true, database = 'sqlite', qos = 1, authority = false } = options
  const binary = chirpstackBinary(database)
  if (binary === undefined) throw new Error(`the environment names no ChirpStack for ${database}`)
  const region = await readRegion(binary)
  const broker = options.mosquittoUrl.replace(/^mqtt:/, 'tcp:').replace(/\/?$/, '/')
  let token: string | undefined

  const server = await startServerProcess({
    name: 'chirpstack',
    async command({ port, folder }) {
      await writeFile(join(folder, 'region_eu868.toml'), region.replace(/server\s*=\s*"[^"]*"/, `server = "${broker}"`))
      await writeFile(join(folder, 'chirpstack.toml'), configuration({ ...options, json, database, qos, authority, broker, port, folder }))
      if (authority) await makeAuthority(folder)
      token ??= await createKey(binary, folder)
      return { file: binary, args: ['-c', folder] }
    },
  })
  return Object.assign(server, { grpcUrl: `http://127.0.0.1:${server.port}`, token: token ?? '', region: 'eu868' as const })
}

/** The region's file: named by the environment, else beside the binary, else the tests' own. */
async function readRegion(binary: string): Promise<string> {
  const named = process.env.ONDINE_TEST_CHIRPSTACK_REGION
  if (named) return readFile(named, 'utf8')
  const own = new URL('../fixtures/chirpstack/region_eu868.toml', import.meta.url)
  return readFile(join(dirname(binary), 'region_eu868.toml'), 'utf8').catch(() => readFile(own, 'utf8'))
}

type Configuration = Required<Pick<ChirpstackOptions, 'json' | 'database' | 'qos' | 'authority' | 'redisUrl'>> & {
  postgresUrl?: string
  broker: string
  port: number
  folder: string
}

function configuration(c: Configuration): string {
  const store =
    c.database === 'sqlite'
      ? // one connection: with more, concurrent writes fail as `database is locked` and frames are dropped
        `[sqlite]\npath = "sqlite://${join(c.folder, 'chirpstack.sqlite')}"\nmax_open_connections = 1\npragmas = ["busy_timeout = 5000", "foreign_keys = ON", "synchronous = OFF"]`
      : `[postgresql]\ndsn = "${c.postgresUrl}?sslmode=disable"`
  return `${store}
[redis]
servers = ["${c.redisUrl}"]
[network]
net_id = "000000"
enabled_regions = ["eu868"]
[api]
bind = "127.0.0.1:${c.port}"
secret = "only-for-tests"
[integration]
enabled = ["mqtt"]
[integration.mqtt]
server = "${c.broker}"
json = ${c.json}
qos = ${c.qos}
client_id = "chirpstack-integration"
clean_session = false
${c.authority ? `[gateway]\nca_cert = "${join(c.folder, 'ca.crt')}"\nca_key = "${join(c.folder, 'ca.key')}"\nclient_cert_lifetime = "12months"\n` : ''}`
}

async function makeAuthority(folder: string): Promise<void> {
  const files = ['-keyout', join(folder, 'ca.key'), '-out', join(folder, 'ca.crt')]
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=tests', ...files])
}

async function createKey(binary: string, folder: string): Promise<string> {
  const { stdout } = await promisify(execFile)(binary, ['-c', folder, 'create-api-key', '--name', 'tests'])
  const token = /^token: (\S+)$/m.exec(stdout)?.[1]
  if (token === undefined) throw new Error('ChirpStack printed no token')
  return token
}
