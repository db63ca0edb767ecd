import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { z } from 'zod'
import { createChirpstackClient } from '../../src/adapters/chirpstack/client.ts'
import { SecretKey } from '../../src/lorawan/keys.ts'
import { chirpstackBinary } from '../../test/support/chirpstack-server.ts'
import { deliver, type Meter, meters, newTerritory } from '../../test/support/delivered-meters.ts'
import { eventually, type OndineProcess, startOndine } from '../../test/support/ondine-process.ts'
import { startRestlessNetwork } from '../../test/support/restless-network.ts'
import { startMosquitto } from '../../test/support/servers/index.ts'
import { peak, resetPeak } from '../support/peak-memory.ts'

type Network = Pick<Awaited<ReturnType<typeof startRestlessNetwork>>, 'url' | 'token' | 'brokerUrl' | 'stop'>

interface Row {
  what: string
  figure: number
  unit: string
  ratio?: number
  to?: string
}

const count = Number(process.env.ONDINE_BENCH_DEVICES ?? 62_000)
/** `emulated` or `real`: one of them alone */
const only = process.env.ONDINE_BENCH_NETWORK
const atOnce = 16

/** A first apply of a whole fleet, as people do it, beside a bare loop of the same two calls per device; then the plan of the unchanged fleet. */
export async function run(): Promise<{ title: string; rows: Row[] }> {
  execFileSync('npm', ['run', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] })
  const kinds = (['emulated', 'real'] as const).filter((kind) => only === undefined || kind === only)
  const rows: Row[] = []
  for (const kind of kinds) if (kind === 'emulated' || chirpstackBinary('sqlite') !== undefined) rows.push(...(await measured(kind)))
  return { title: `${count.toLocaleString('en')} meters put on the network`, rows }
}

async function measured(kind: 'real' | 'emulated'): Promise<Row[]> {
  const network = kind === 'real' ? await startRestlessNetwork('real') : await startEmulated()
  const ondine = await startOndine({
    environment: {
      ONDINE_CHIRPSTACK_URL: network.url,
      ONDINE_CHIRPSTACK_TOKEN: network.token,
      ONDINE_BROKER_URL: network.brokerUrl,
    },
  })
  const folder = await newTerritory(ondine)
  try {
    return (await compared(network, ondine, folder)).map((row) => ({ ...row, what: `${kind}: ${row.what}` }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await ondine.clean()
    await network.stop()
  }
}

async function compared(network: Network, ondine: OndineProcess, folder: string): Promise<Row[]> {
  const sample = Math.min(count, Number(process.env.ONDINE_BENCH_SAMPLE ?? 10_000))
  const before = await bareLoop(network, meters(sample, 10_000_000))
  const delivered = await deliver(ondine, folder, 'fleet', meters(count))
  if (delivered.code !== 0) throw new Error(delivered.stderr)
  const applied = await applyFleet(ondine, folder)
  const after = await bareLoop(network, meters(sample, 20_000_000))
  const bare = 2 / (1 / before + 1 / after)
  resetPeak(ondine.pid)
  const start = performance.now()
  const planned = await ondine.cli('plan', folder, '--json')
  const planTime = (performance.now() - start) / 1_000
  if (JSON.parse(planned.stdout).steps !== 0) throw new Error(`the second plan is not empty: ${planned.stdout.slice(0, 500)}`)
  return [
    { what: `bare loop, ${atOnce} at once, before and after`, figure: bare, unit: 'devices/s' },
    { what: 'first apply (target: 0.80 or more)', figure: applied.rate, unit: 'devices/s', ratio: applied.rate / bare, to: 'bare loop' },
    { what: 'memory of the server in the apply, at its peak (target: under 300)', figure: applied.memory, unit: 'MB' },
    { what: 'plan of the unchanged fleet, with reading its folder (target: under 10)', figure: planTime, unit: 's' },
    { what: 'memory of the server in that plan, at its peak (target: under 400)', figure: peak(ondine.pid), unit: 'MB' },
  ]
}

/** In a process of its own, as a network server is: in ours it would share its thread with the bare loop. */
async function startEmulated(): Promise<Network> {
  const mosquitto = await startMosquitto()
  const child = fork(new URL('../support/emulated-network.ts', import.meta.url), [mosquitto.url])
  const [message] = await once(child, 'message')
  const { url, token } = z.object({ url: z.string(), token: z.string() }).parse(message)
  return {
    url,
    token,
    brokerUrl: mosquitto.url,
    stop: async () => {
      child.kill()
      await mosquitto.stop()
    },
  }
}

/** Devices a second of create and keys, with nothing around them. */
async function bareLoop({ url, token }: Network, devices: readonly Meter[]): Promise<number> {
  const client = createChirpstackClient({ url, token })
  const { provisioning } = client
  try {
    const tenant = await provisioning.createTenant(`bare ${devices[0]?.devEui}`)
    const application = await provisioning.createApplication(tenant.id, 'bare')
    const profile = await provisioning.createProfile({
      tenantId: tenant.id,
      name: 'bare',
      tags: {},
      lorawan: { region: 'EU868', macVersion: '1.0.2', regionalParameters: 'B', class: 'A', supportsOtaa: true, expectedInterval: 43_200 },
    })
    const queue = devices.values()
    const start = performance.now()
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const { devEui, joinEui, appKey } of queue) {
          await provisioning.createDevice({
            devEui,
            joinEui,
            name: devEui,
            description: '',
            applicationId: application.id,
            profileId: profile.id,
            disabled: false,
            skipFcntCheck: false,
            variables: {},
            tags: {},
          })
          await provisioning.createKeys(devEui, '1.0.2', { appKey: new SecretKey(Buffer.from(appKey, 'hex')) })
        }
      }),
    )
    return (devices.length * 1_000) / (performance.now() - start)
  } finally {
    client.stop()
  }
}

const jobsSchema = z.object({
  items: z.array(
    z.object({ state: z.string(), done: z.number(), failed: z.number(), startedAt: z.string().nullable(), endedAt: z.string().nullable() }),
  ),
})

async function applyFleet(ondine: OndineProcess, folder: string): Promise<{ rate: number; memory: number }> {
  const planned = await ondine.cli('plan', folder, '--json')
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(planned.stdout))
  resetPeak(ondine.pid)
  const begun = await ondine.cli('apply', id, '--yes', '--detach', '--json')
  if (begun.code !== 0) throw new Error(begun.stderr)
  const job = await eventually(
    'the end of the apply',
    async () => {
      const [latest] = jobsSchema.parse(await ondine.get('/v1/provisioning/jobs')).items
      return latest?.endedAt === null ? undefined : latest
    },
    3_600_000,
  )
  if (job.state !== 'done') throw new Error(`the apply ended as ${job.state}, ${job.failed} failed`)
  return { rate: (count * 1_000) / (Date.parse(job.endedAt ?? '') - Date.parse(job.startedAt ?? '')), memory: peak(ondine.pid) }
}
