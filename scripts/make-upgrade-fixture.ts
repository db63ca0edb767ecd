/**
 * `node scripts/make-upgrade-fixture.ts`, once for each version that is tagged: data as this version writes them, for the
 * upgrade test of every later one. A fixture is never made again: it is what people have on their disks.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import mqtt from 'mqtt'
import { z } from 'zod'
import { eventually, type OndineProcess, startOndine } from '../test/support/ondine-process.ts'
import { cursorsOf, type fixtureSchema, remembered } from '../test/upgrade/memory.ts'
import { up } from '../test/uplinks/uplink-event.ts'

const root = join(import.meta.dirname, '..')
const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
const target = join(root, 'test/fixtures/upgrade', version)
const most = 300_000
/** a small fleet that reports often: a week's variety within seconds */
const environment = { ONDINE_SIMULATOR_DEVICES: '8', ONDINE_SIMULATOR_SPEED: '300' }
const lamp = 'L-Foch-001'

if (existsSync(`${target}.tar.gz`)) {
  process.stderr.write(`${target}.tar.gz is there: a fixture is never made again\n`)
  process.exit(1)
}

const ondine = await startOndine({ environment })
try {
  await live(ondine)
  const memory = await remembered(ondine)
  if ((await ondine.stop()) !== 0) throw new Error(`ondine did not stop cleanly:\n${ondine.output()}`)
  const fixture: z.infer<typeof fixtureSchema> = {
    about:
      'Data directory of a simulated network as this version left it, without admin.token and server.json. Its device keys are drawn from the seed of the simulation and worth nothing.',
    version,
    madeAt: new Date().toISOString(),
    environment,
    memory: { ...memory, cursors: await cursorsOf(ondine.dataDir) },
  }
  namesNoPlace(ondine.dataDir)
  pack(ondine.dataDir)
  writeFileSync(`${target}.json`, `${JSON.stringify(fixture, null, 1)}\n`)
} finally {
  await ondine.clean()
}

/** Something of everything: readings of each service, orders in several states, dead letters, a token. */
async function live(server: OndineProcess): Promise<void> {
  // A device that has not joined yet would flush its queue when it does.
  await eventually('readings of every asset', async () => (Object.keys((await remembered(server)).assets).length >= 8 ? true : undefined))
  await order(server, 'dim', lamp, '40', '--for', '1h', '--wait')
  // Its return order waits in the ledger.
  await order(server, 'dim', 'L-Colbert-001', '30', '--for', '20h', '--wait')
  const { items: bins } = z.object({ items: z.array(z.object({ slug: z.string() })) }).parse(await server.get('/v1/assets?service=waste'))
  for (const { slug } of bins) await order(server, 'raw', slug, '85', 'ff1000', '--expires', '1s')
  await server.send('POST', '/v1/tokens', { name: 'platform', role: 'reader', tenant: 'tours' })

  const broker = z.string().parse(/mqtt:\/\/[\d.]+:\d+/.exec(server.stdout())?.[0])
  const client = await mqtt.connectAsync(broker, { protocolVersion: 4 })
  const stranger = up('0018b200000000ff', 1, { time: new Date().toISOString().replace('Z', '+00:00') })
  await client.publishAsync(stranger.topic, Buffer.from(stranger.payload), { qos: 1 })
  await client.publishAsync(stranger.topic, '{"deviceInfo":', { qos: 1 })
  await client.endAsync()

  await sleep(15_000)
  await eventually('both dead letters', async () => ((await remembered(server)).deadLetters.length === 2 ? true : undefined))
}

async function order(server: OndineProcess, ...args: string[]): Promise<void> {
  const { code, stderr } = await server.cli('command', ...args)
  if (code !== 0) throw new Error(`ondine command ${args.join(' ')}: ${stderr}`)
}

/** A file that knows where it was made would tell of this machine. */
function namesNoPlace(dataDir: string): void {
  for (const name of readdirSync(dataDir, { recursive: true, encoding: 'utf8' })) {
    const file = join(dataDir, name)
    if (statSync(file).isFile() && readFileSync(file).includes(dataDir)) throw new Error(`${name} names the folder it was made in`)
  }
}

function pack(dataDir: string): void {
  const left = ['admin.token', 'server.json', 'lock'].map((name) => `--exclude=${name}`)
  const anyone = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name']
  execFileSync('tar', ['-czf', `${target}.tar.gz`, ...anyone, ...left, '-C', dataDir, '.'])
  const { size } = statSync(`${target}.tar.gz`)
  process.stdout.write(`${target}.tar.gz ${size} bytes\n`)
  if (size > most) throw new Error(`larger than ${most} bytes: shorten its life`)
}
