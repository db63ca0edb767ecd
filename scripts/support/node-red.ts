import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { startServerProcess } from '../../test/support/servers/server-process.ts'

const versions = { 'node-red': '5.0.7', 'node-red-contrib-influxdb': '0.7.0' }

export interface NodeRed {
  pid: number
  stop(): Promise<void>
}

/**
 * What people build without a program of ours: Node-RED takes the uplinks of `installed-fleet.ts` from the broker, decodes them in a
 * function, joins a thousand and writes them to InfluxDB 1.x. It publishes nothing and keeps nothing. null: it cannot be installed here.
 */
export async function startNodeRed(broker: { port: number }, influxdb: { url: string; port: number }): Promise<NodeRed | null> {
  const place = await mkdtemp(join(tmpdir(), 'ondine-node-red-'))
  const packages = Object.entries(versions).map(([name, version]) => `${name}@${version}`)
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', place, ...packages], { stdio: 'ignore' })
  } catch {
    await rm(place, { recursive: true, force: true })
    return null
  }
  // Whatever goes wrong from here on, the folder goes.
  process.once('exit', () => rmSync(place, { recursive: true, force: true }))
  await fetch(`${influxdb.url}/query`, { method: 'POST', body: new URLSearchParams({ q: `create database ${database}` }) })
  await writeFile(join(place, 'flows.json'), JSON.stringify(flow(broker.port, influxdb.port)))
  const server = await startServerProcess({
    name: 'node-red',
    command: async ({ port }) => {
      const settings = {
        uiPort: port,
        uiHost: '127.0.0.1',
        flowFile: 'flows.json',
        credentialSecret: 'bench',
        logging: { console: { level: 'error' } },
      }
      await writeFile(join(place, 'settings.js'), `module.exports = ${JSON.stringify(settings)}\n`)
      return { file: process.execPath, args: [join(place, 'node_modules/node-red/red.js'), '--userDir', place] }
    },
  })
  return {
    pid: server.pid,
    stop: async () => {
      await server.stop()
      await rm(place, { recursive: true, force: true })
    },
  }
}

const database = 'nodered'

/** Readings that Node-RED has written: the database's own count of points, which costs it nothing. */
export async function storedByNodeRed({ url }: { url: string }): Promise<number> {
  const answer = await fetch(`${url}/debug/vars`)
  return countersSchema.parse(await answer.json()).write.values.pointReq
}

const countersSchema = z.object({ write: z.object({ values: z.object({ pointReq: z.number() }) }) })

const decode = `
const { deviceInfo, time, fPort, data, rxInfo } = msg.payload
const bytes = Buffer.from(data, 'base64')
const fields = { rssi: rxInfo[0].rssi, snr: rxInfo[0].snr }
if (fPort === 85) {
  for (let at = 0; at + 2 < bytes.length; ) {
    const type = bytes[at + 1]
    if (type === 0x75) { fields.battery = bytes[at + 2]; at += 3 }
    else if (type === 0x67) { fields.temperature = bytes.readInt16LE(at + 2) / 10; at += 4 }
    else if (type === 0x82) { fields.distance = bytes.readUInt16LE(at + 2) / 1000; at += 4 }
    else { fields.tilt = bytes[at + 2] === 1; at += 3 }
  }
} else {
  fields.battery = (bytes.readUInt16BE(0) & 0x3fff) / 1000
  fields.externalTemperature = bytes.readInt16BE(2) / 10
  fields.soilMoisture = bytes.readUInt16BE(4) / 100
  fields.soilTemperature = bytes.readInt16BE(6) / 100
  fields.soilConductivity = bytes.readUInt16BE(8) / 10000
}
msg.payload = { measurement: 'readings', tags: { device: deviceInfo.devEui }, fields, timestamp: new Date(time) }
return msg
`

function flow(brokerPort: number, influxdbPort: number): object[] {
  const session = { clientid: 'node-red', cleansession: false, sessionExpiry: '604800', protocolVersion: '5', keepalive: '60' }
  const joined = {
    mode: 'custom',
    build: 'array',
    property: 'payload',
    propertyType: 'msg',
    count: '1000',
    timeout: '1',
    accumulate: false,
  }
  const influxdb = { hostname: '127.0.0.1', port: String(influxdbPort), protocol: 'http', database, influxdbVersion: '1.x', usetls: false }
  // A property that has the id of another node is a reference to it, so that ids must be like no other word.
  return [
    { id: 'n0', type: 'tab', label: 'bench' },
    { id: 'n1', type: 'mqtt-broker', broker: '127.0.0.1', port: String(brokerPort), autoConnect: true, usetls: false, ...session },
    { id: 'n2', type: 'influxdb', rejectUnauthorized: true, ...influxdb },
    {
      ...{ id: 'n3', z: 'n0', type: 'mqtt in', broker: 'n1', topic: 'application/+/device/+/event/up', qos: '1', datatype: 'json' },
      ...{ nl: false, rap: true, rh: 0, inputs: 0, wires: [['n4']] },
    },
    { id: 'n4', z: 'n0', type: 'function', func: decode, outputs: 1, wires: [['n5']] },
    { id: 'n5', z: 'n0', type: 'join', ...joined, wires: [['n6']] },
    { id: 'n6', z: 'n0', type: 'influxdb batch', influxdb: 'n2', precision: 'ms', retentionPolicy: '', wires: [] },
  ]
}
