import { z } from 'zod'
import { retentionSchema } from './retention.ts'

/** A value that is replaced by `[redacted]` wherever configuration is printed. */
const secret = () => z.string().min(1).meta({ secret: true })

const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol.slice(0, -1)),
      `must be a URL starting with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`,
    )

const brokerSchema = z.strictObject({
  url: url('mqtt', 'mqtts', 'ws', 'wss').describe('Address of the MQTT broker.'),
  username: z.string().optional(),
  password: secret().optional(),
  ca: z.string().optional().describe('File with the certificate authority of a TLS broker (PEM).'),
  clientId: z.string().default('ondine').describe('Fixed, so that the broker keeps our session while we are away.'),
})
export type BrokerConfig = z.infer<typeof brokerSchema>

const writingSchema = z
  .strictObject({
    everyMs: z
      .int()
      .min(0)
      .max(60_000)
      .default(100)
      .describe('Writes of few readings begin at least so far apart (ms), so that InfluxDB gets them together; full ones do not wait.'),
    gzipAbove: z
      .int()
      .min(0)
      .optional()
      .describe('Bodies of more bytes are compressed; left out: none is, which is cheaper where the network is fast.'),
    radio: z
      .boolean()
      .default(false)
      .describe('Margin and gateways as fields of their own, for dashboards: InfluxDB works about a third more.'),
  })
  .prefault({})

const influxdb = { url: url('http', 'https'), writing: writingSchema }
const retentionDays = z
  .number()
  .min(1)
  .optional()
  .describe('How long a database or bucket that Ondine makes keeps its points; left out: for ever.')

const storeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sqlite') }),
  z.strictObject({
    kind: z.literal('influxdb1'),
    ...influxdb,
    database: z.string().default('ondine'),
    username: z.string().optional(),
    password: secret().optional(),
    retentionDays,
  }),
  z.strictObject({
    kind: z.literal('influxdb2'),
    ...influxdb,
    org: z.string(),
    bucket: z.string().default('ondine'),
    token: secret(),
    retentionDays,
  }),
  z.strictObject({
    kind: z.literal('influxdb3'),
    ...influxdb,
    database: z.string().default('ondine'),
    token: secret().optional(),
  }),
])
/** As it is written in the file. */
export type StoreSettings = z.input<typeof storeSchema>

const metadataSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sqlite') }),
  z.strictObject({ kind: z.literal('postgresql'), url: url('postgres', 'postgresql').meta({ secret: true }) }),
])

/** The whole configuration: `ondine.yaml`, then `ONDINE_*` from the environment on top. */
export const configSchema = z
  .strictObject({
    dataDir: z.string().default('data').describe('One folder for everything to back up: databases, spool, keys, tokens.'),
    listen: z
      .strictObject({
        host: z.string().default('127.0.0.1'),
        port: z.int().min(0).max(65535).default(8420),
        tls: z.strictObject({ cert: z.string(), key: z.string() }).optional().describe('PEM files.'),
        trustedProxy: z.boolean().default(false).describe('A proxy in front of this address ends TLS.'),
      })
      .prefault({})
      .refine(
        (listen) => ['127.0.0.1', '::1', 'localhost'].includes(listen.host) || listen.tls !== undefined || listen.trustedProxy,
        'an address other than loopback needs tls files, or trustedProxy: true when a proxy ends TLS',
      ),
    chirpstack: z
      .strictObject({
        url: url('http', 'https').describe('Address of ChirpStack’s gRPC API, e.g. http://127.0.0.1:8080.'),
        token: secret().describe('API key made in ChirpStack (tenant or global).'),
      })
      .optional()
      .describe('Left out: a simulated network is started instead.'),
    broker: brokerSchema.optional().describe('The broker ChirpStack publishes to.'),
    topics: z
      .strictObject({
        prefix: z.string().default('ondine/v1'),
        broker: brokerSchema.optional().describe('Where decoded topics go; left out: the same broker.'),
      })
      .prefault({}),
    store: storeSchema.default({ kind: 'sqlite' }),
    metadata: metadataSchema.default({ kind: 'sqlite' }),
    spool: z
      .strictObject({
        retentionDays: z.number().positive().default(7).describe('How long events are kept that every consumer has read.'),
        reserveMegabytes: z
          .number()
          .nonnegative()
          .default(1000)
          .describe('Room to keep free on the disk: below it such events go before their time, below an eighth of it none is taken in.'),
      })
      .prefault({}),
    deadLetters: z
      .strictObject({
        most: z.int().min(1).default(200_000).describe('Uplinks kept aside at most, of all tenants; the oldest go first.'),
        mostPerTenant: z.int().min(1).default(50_000).describe('Of one tenant; those of devices that nobody knows count as one.'),
      })
      .prefault({}),
    retention: retentionSchema.prefault({}),
    codecs: z
      .strictObject({
        folders: z.array(z.string()).default([]).describe('Folders of models beside those that are shipped.'),
        processes: z.int().min(1).max(64).optional().describe('Codec processes; left out: one per core, four at most.'),
      })
      .prefault({}),
    provisioning: z
      .strictObject({
        key: secret()
          .optional()
          .describe('Encrypts root keys between plan and apply: 64 hexadecimal digits or base64; left out: a file in dataDir (0600).'),
        maxPerSecond: z
          .number()
          .positive()
          .optional()
          .describe('Devices a second that are written at most; left out: as many as ChirpStack bears.'),
      })
      .prefault({}),
    simulator: z
      .strictObject({
        seed: z.int().default(1),
        devices: z.int().min(1).max(10_000).default(240).describe('Of the built-in fleet.'),
        fleet: z.string().min(1).optional().describe('File that declares a fleet (docs/fleet.example.yaml); left out: the built-in one.'),
        speed: z.number().positive().max(10_000).default(60).describe('How many times faster than real life devices report.'),
        brokerPort: z.int().min(0).max(65535).default(1883),
      })
      .prefault({}),
    log: z.strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
  })
  .refine(({ chirpstack, broker }) => chirpstack === undefined || broker !== undefined, {
    path: ['broker'],
    message: 'is needed beside chirpstack: the broker ChirpStack publishes to',
  })
export type Config = z.infer<typeof configSchema>
