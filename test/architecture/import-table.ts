/**
 * Which folder of `src/` may import which (DESIGN "The folders"): an allow-list, so a new folder fails until it has a row.
 * `services/*`, `adapters/*` have a row each. Everyone may import `errors`; a folder may always import itself.
 */
const facts = ['lorawan', 'vocabulary', 'formats', 'access', 'telemetry']
const domain = [...facts, 'codecs', 'inventory', 'readings']

export const importTable: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  access: [],
  lorawan: [],
  vocabulary: [],
  formats: [],
  telemetry: [],
  language: [],
  config: ['lorawan', 'formats'],
  codecs: ['lorawan', 'vocabulary', 'formats'],
  inventory: ['lorawan', 'vocabulary', 'access'],
  readings: ['lorawan', 'vocabulary', 'formats'],
  uplinks: domain,
  topics: domain,
  commands: domain,
  health: domain,
  provisioning: domain,
  'adapters/chirpstack': ['lorawan', 'config', 'uplinks', 'commands', 'inventory', 'health', 'provisioning'],
  'adapters/mqtt': ['lorawan', 'config', 'uplinks', 'topics'],
  'adapters/influxdb': ['lorawan', 'config', 'readings', 'vocabulary'],
  'adapters/sql': ['lorawan', 'config', 'readings', 'vocabulary', 'inventory', 'access', 'uplinks', 'commands', 'provisioning'],
  api: [...domain, 'config', 'language', 'uplinks', 'topics', 'commands', 'health', 'provisioning'],
  simulator: ['lorawan', 'vocabulary', 'codecs', 'formats', 'adapters/chirpstack'],
  cli: ['api', 'language', 'config', 'codecs', 'formats', 'lorawan', 'provisioning'],
  'server.ts': ['*'],
  server: ['*'], // the parts of the composition root
  'main.ts': ['cli', 'server.ts', 'server'],
}

/** Where a row above must be narrower than a whole folder: (importer, imported folder) → the parts that may be imported. */
export const narrowed: Readonly<Record<string, string | readonly string[]>> = {
  'simulator > adapters/chirpstack': 'src/adapters/chirpstack/wire/',
  'cli > api': 'src/api/contract/',
  'cli > provisioning': ['src/provisioning/suppliers/', 'src/provisioning/territory/', 'src/provisioning/plan/row-advice.ts'],
}

/** An npm package is imported by one folder. pino and zod are everyone's; each exception has its reason. */
export const packageTable: Readonly<Record<string, readonly string[]>> = {
  pino: ['*'],
  zod: ['*'],
  mqtt: ['adapters/mqtt', 'simulator'], // the simulated network publishes as ChirpStack does
  '@grpc/grpc-js': ['adapters/chirpstack', 'simulator'], // one is the client, the other the server
  '@chirpstack/chirpstack-api': ['adapters/chirpstack', 'simulator'],
  'google-protobuf': ['adapters/chirpstack', 'simulator'],
  aedes: ['simulator'],
  'better-sqlite3': ['adapters/sql'],
  kysely: ['adapters/sql'],
  pg: ['adapters/sql'],
  '@influxdata/influxdb-client': ['adapters/influxdb'],
  'isolated-vm': ['codecs'],
  'quickjs-emscripten-core': ['codecs'],
  '@jitl/quickjs-ng-wasmfile-release-sync': ['codecs'],
  'age-encryption': ['formats'],
  jsqr: ['formats'],
  pngjs: ['formats'],
  yaml: ['formats'],
  'csv-parse': ['formats'],
  'read-excel-file': ['formats'],
  'fast-xml-parser': ['formats'],
  'hyparquet-writer': ['formats'],
  json5: ['formats'],
  'smol-toml': ['formats'],
  'prom-client': ['telemetry'],
  'temporal-polyfill': ['commands', 'readings'], // clock times of orders; days and months of series
  uuid: ['commands', 'adapters/sql'], // an id is made where a thing is first written down
  express: ['api'],
  '@orpc/contract': ['api'],
  '@orpc/server': ['api'],
  '@orpc/client': ['api'],
  '@orpc/openapi': ['api'],
  '@orpc/openapi-client': ['api'],
  '@orpc/zod': ['api'],
  commander: ['cli'],
  'cli-table3': ['cli'],
  '@clack/prompts': ['cli'],
  'cli-progress': ['cli'],
}
