import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import mqtt from 'mqtt'
import { z } from 'zod'
import { type OndineProcess, startOndine } from '../../test/support/ondine-process.ts'
import { startInfluxdb1, startMosquitto } from '../../test/support/servers/index.ts'
import { fillSpool } from '../support/filled-spool.ts'
import { fleetOf, installFleet } from '../support/installed-fleet.ts'
import { type NodeRed, startNodeRed, storedByNodeRed } from '../support/node-red.ts'
import { peak, resetPeak } from '../support/peak-memory.ts'

interface Row {
  what: string
  figure: number
  unit: string
  ratio?: number
  to?: string
}

const devices = Number(process.env.ONDINE_BENCH_DEVICES ?? 20_000)
const burst = Number(process.env.ONDINE_BENCH_UPLINKS ?? 300_000)
const backlog = Number(process.env.ONDINE_BENCH_BACKLOG ?? 1_000_000)
/** rates tried, uplinks/s: each so much more than the one before */
const step = Number(process.env.ONDINE_BENCH_STEP ?? 2_500)
/** of a rate that is to be held */
const heldSeconds = 15
/** ms without a reading more in the store, after which none is waited for */
const standstill = 20_000
const fleet = fleetOf(devices)

/** Mosquitto, spool, codecs, store and topics with the generator of the load on one machine, into each store. */
export async function run(): Promise<{ title: string; rows: Row[] }> {
  execFileSync('npm', ['run', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] })
  const peer = await nodeRed()
  const rows: Row[] = [...(peer?.rows ?? [])]
  for (const store of ['embedded', 'InfluxDB 1.6'] as const) rows.push(...(await measured(store, peer)))
  return { title: `Uplinks of ${devices.toLocaleString('en')} devices, from the broker into the store, all on this machine`, rows }
}

/** What another program stores of the same stream, uplinks/s. */
interface Peer {
  drained: number
  held: number
}

/** Node-RED in our place; null where it cannot be installed. It writes to InfluxDB and publishes nothing. */
async function nodeRed(): Promise<(Peer & { rows: Row[] }) | null> {
  const mosquitto = await startMosquitto()
  const influxdb = await startInfluxdb1()
  const source = new Source(mosquitto.url)
  let peer: NodeRed | null = null
  try {
    peer = await startNodeRed(mosquitto, influxdb)
    if (peer === null) return null
    await source.ready
    await subscribed(source, influxdb)
    const bench = { source, sent: await storedByNodeRed(influxdb), stored: () => storedByNodeRed(influxdb) }
    const before = processorTime(peer.pid)
    const { seconds } = await sendAll(bench, burst, 0)
    const drained = burst / seconds
    const cpu = ((processorTime(peer.pid) - before) * 1_000) / burst
    const held = await highestHeld(bench)
    const rows = [
      { what: `Node-RED: burst of ${burst.toLocaleString('en')}, until all is stored`, figure: drained, unit: 'uplinks/s' },
      { what: 'Node-RED: its processor time', figure: cpu, unit: 'µs/uplink' },
      { what: `Node-RED: highest rate held for ${heldSeconds} s`, figure: held, unit: 'uplinks/s' },
    ]
    return { drained, held, rows }
  } finally {
    source.stop()
    await peer?.stop()
    await influxdb.stop()
    await mosquitto.stop()
  }
}

/** What nobody has subscribed to yet is lost: one uplink that is stored shows that somebody has. */
async function subscribed(source: Source, influxdb: { url: string }): Promise<void> {
  for (let attempt = 0; (await storedByNodeRed(influxdb)) === 0; attempt++) {
    if (attempt === 30) throw new Error('Node-RED stores nothing')
    await source.send({ count: 1, perSecond: 0 })
    await sleep(2_000)
  }
}

async function measured(store: 'embedded' | 'InfluxDB 1.6', peer: Peer | null): Promise<Row[]> {
  const mosquitto = await startMosquitto()
  const influxdb = store === 'embedded' ? null : await startInfluxdb1()
  const dataDir = await mkdtemp(join(tmpdir(), 'ondine-bench-'))
  await installFleet(dataDir, fleet)
  const ondine = await startOndine({
    dataDir,
    environment: {
      ONDINE_CHIRPSTACK_URL: 'http://127.0.0.1:1',
      ONDINE_CHIRPSTACK_TOKEN: 'none',
      ONDINE_BROKER_URL: mosquitto.url,
      ...(influxdb === null ? {} : { ONDINE_STORE_KIND: 'influxdb1', ONDINE_STORE_URL: influxdb.url }),
    },
  })
  const source = new Source(mosquitto.url)
  const bench: Bench = { ondine, source, broker: mosquitto.url, sent: 0, stored: () => consumed(ondine, 'store') }
  try {
    await source.ready
    await connected(ondine)
    await sendAll(bench, 20_000, 0)
    const rows = [...(await bursts(bench, peer)), ...(await held(bench, peer)), ...(await latencies(bench)), ...(await backlogged(bench))]
    return rows.map((row) => ({ ...row, what: `${store}: ${row.what}` }))
  } finally {
    source.stop()
    await ondine.clean()
    await influxdb?.stop()
    await mosquitto.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

interface Storing {
  source: Source
  /** so many readings are to be in the store */
  sent: number
  /** so many are */
  stored: () => Promise<number>
}

interface Bench extends Storing {
  ondine: OndineProcess
  broker: string
}

/** As fast as the broker takes them. */
async function bursts(bench: Bench, peer: Peer | null): Promise<Row[]> {
  const before = processorTime(bench.ondine.pid)
  const { seconds } = await sendAll(bench, burst, 0)
  const cpu = ((processorTime(bench.ondine.pid) - before) * 1_000) / burst
  return [
    {
      ...{ what: `burst of ${burst.toLocaleString('en')}, until all is stored (target: 2.5 times Node-RED)`, figure: burst / seconds },
      ...{ unit: 'uplinks/s', ...besides(burst / seconds, peer?.drained) },
    },
    { what: 'our processor time, codec processes included', figure: cpu, unit: 'µs/uplink' },
  ]
}

function besides(figure: number, peer: number | undefined): Pick<Row, 'ratio' | 'to'> {
  return peer === undefined || peer === 0 ? {} : { ratio: figure / peer, to: 'Node-RED' }
}

async function held(bench: Bench, peer: Peer | null): Promise<Row[]> {
  const figure = await highestHeld(bench)
  const what = `highest rate held for ${heldSeconds} s (target: 1.6 times Node-RED)`
  return [{ what, figure, unit: 'uplinks/s', ...besides(figure, peer?.held) }]
}

/** The highest rate at which what is sent is stored two seconds later; 0: not even the first that is tried. */
async function highestHeld(bench: Storing): Promise<number> {
  let best = 0
  for (let perSecond = step; ; perSecond += step) {
    const { seconds, missing } = await sendAll(bench, perSecond * heldSeconds, perSecond)
    if (seconds > heldSeconds + 2 || missing > 0) return best
    best = perSecond
  }
}

/** Resolves with the seconds until all is stored, or until nothing more comes: then what is missing is given up. */
async function sendAll(bench: Storing, count: number, perSecond: number): Promise<{ seconds: number; missing: number }> {
  const started = performance.now()
  await bench.source.send({ count, perSecond })
  bench.sent += count
  let [known, since] = [-1, performance.now()]
  while (known < bench.sent && performance.now() - since < standstill) {
    const now = await bench.stored()
    if (now !== known) [known, since] = [now, performance.now()]
    await sleep(100)
  }
  const missing = bench.sent - known
  if (missing > 0) process.stderr.write(`${missing} of ${count} uplinks never came\n`)
  bench.sent = known
  return { seconds: (since - started) / 1_000, missing }
}

function consumed(ondine: OndineProcess, consumer: string): Promise<number> {
  return ondine.metric(`ondine_consumed_events_total{consumer="${consumer}"}`)
}

/** From the broker's taking an uplink to the decoded topic, both seen by one process. */
async function latencies({ source, broker }: Bench): Promise<Row[]> {
  const heard = new Map<string, number>()
  const took: number[] = []
  const client = await mqtt.connectAsync(broker, { protocolVersion: 5 })
  const prefix = 'ondine/v1/tours/'
  client.on('message', (topic, payload) => {
    if (!topic.startsWith(prefix)) {
      heard.set(`${topic.split('/')[3]} ${uplinkSchema.parse(JSON.parse(payload.toString())).fCnt}`, performance.now())
      return
    }
    const { device, frame } = readingSchema.parse(JSON.parse(payload.toString()))
    const since = heard.get(`${device} ${frame.fCnt}`)
    if (since !== undefined) took.push(performance.now() - since)
  })
  await client.subscribeAsync(['application/+/device/+/event/up', `${prefix}+/+/reading`], { qos: 0 })
  const count = 200 * 30
  await source.send({ count, perSecond: 200 })
  await sleep(2_000)
  await client.endAsync()
  const sorted = took.sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return [
    { what: 'broker to decoded topic at 200 uplinks/s, half (target: under 20)', figure: at(0.5), unit: 'ms' },
    { what: 'broker to decoded topic at 200 uplinks/s, 99 of 100 (target: under 100)', figure: at(0.99), unit: 'ms' },
    { what: 'of these arrived', figure: (took.length / count) * 100, unit: '%' },
  ]
}

const uplinkSchema = z.object({ fCnt: z.int() })
const readingSchema = z.object({ device: z.string(), frame: z.object({ fCnt: z.int() }) })

/** So many uplinks received and none of them dealt with, as after an outage. */
async function backlogged(bench: Bench): Promise<Row[]> {
  const { ondine, source, broker } = bench
  await ondine.stop()
  await fillSpool(ondine.dataDir, { devices, count: backlog, from: Date.now() - backlog - 60_000 })
  await ondine.restart()
  resetPeak(ondine.pid)
  const started = performance.now()
  const live = await liveState(broker, source)
  while ((await consumed(ondine, 'store')) < backlog) await sleep(100)
  const seconds = (performance.now() - started) / 1_000
  return [
    { what: `backlog of ${backlog.toLocaleString('en')} drained`, figure: backlog / seconds, unit: 'uplinks/s' },
    { what: 'a live uplink meanwhile in state (target: under 2)', figure: live, unit: 's' },
    { what: 'memory of the server meanwhile, at its peak (target: under 300)', figure: peak(ondine.pid), unit: 'MB' },
  ]
}

/** Seconds from sending a live uplink to its time in the retained `state`. */
async function liveState(broker: string, source: Source): Promise<number> {
  await sleep(5_000)
  const client = await mqtt.connectAsync(broker, { protocolVersion: 5 })
  const seen = Promise.withResolvers<void>()
  let since = Number.POSITIVE_INFINITY
  client.on('message', (_topic, payload) => {
    const { time } = z.object({ time: z.string() }).parse(JSON.parse(payload.toString()))
    if (Date.parse(time) >= since) seen.resolve()
  })
  await client.subscribeAsync('ondine/v1/tours/+/+/state', { qos: 0 })
  since = Date.now()
  const started = performance.now()
  await source.send({ count: 1, perSecond: 0 })
  await Promise.race([seen.promise, sleep(600_000)])
  await client.endAsync()
  return (performance.now() - started) / 1_000
}

class Source {
  readonly ready: Promise<unknown>
  readonly #child: ChildProcess

  constructor(url: string) {
    this.#child = fork(new URL('../support/uplink-source.ts', import.meta.url), [url, String(devices)])
    this.ready = once(this.#child, 'message')
  }

  async send(order: { count: number; perSecond: number }): Promise<void> {
    const sent = once(this.#child, 'message')
    this.#child.send(order)
    await sent
  }

  stop(): void {
    this.#child.kill()
  }
}

async function connected(ondine: OndineProcess): Promise<void> {
  while ((await ondine.metric('ondine_broker_connected{connection="events"}')) !== 1) await sleep(50)
  await sleep(1_000)
}

/** ms of a process and of those it started: proc(5), ticks of 10 ms. */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  const own = (Number(fields[11]) + Number(fields[12])) * 10
  return childrenOf(pid).reduce((sum, child) => sum + processorTime(child), own)
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
}
