import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, type ServerProcess, startServerProcess } from './server-process.ts'

async function answers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    await sleep(100)
  }
  throw new Error(`${url} does not answer`)
}

/** InfluxDB 1.6 as Debian ships it; `data` and `http` are lines of those sections of its configuration. */
export async function startInfluxdb1({ data = '', http = '' } = {}): Promise<ServerProcess & { url: string }> {
  const rpcPort = await freePort()
  const server = await startServerProcess({
    name: 'influxdb',
    async command({ port, folder }) {
      const config = `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
query-log-enabled = false
${data}
[http]
bind-address = "127.0.0.1:${port}"
log-enabled = false
${http}
[monitor]
store-enabled = false
`
      await writeFile(join(folder, 'influxdb.conf'), config)
      return { file: 'influxd', args: ['-config', join(folder, 'influxdb.conf')], env: { HOME: folder } }
    },
    ready: ({ port }) => answers(`http://127.0.0.1:${port}/ping`),
  })
  return Object.assign(server, { url: `http://127.0.0.1:${server.port}` })
}

/** Where the binary of InfluxDB 2 is, or undefined: its tests then say that they did not run. */
export const influxdb2Binary = process.env.ONDINE_TEST_INFLUXDB2

/** InfluxDB 2 from the binary named by ONDINE_TEST_INFLUXDB2, set up with an organisation, a bucket `ondine` and a token. */
export async function startInfluxdb2(): Promise<ServerProcess & { url: string; org: string; bucket: string; token: string }> {
  const binary = influxdb2Binary
  if (binary === undefined) throw new Error('ONDINE_TEST_INFLUXDB2 does not name a binary')
  const server = await startServerProcess({
    name: 'influxdb2',
    command: async ({ port, folder }) => ({
      file: binary,
      args: [
        '--bolt-path',
        `${folder}/influxd.bolt`,
        '--sqlite-path',
        `${folder}/influxd.sqlite`,
        '--engine-path',
        `${folder}/engine`,
        '--http-bind-address',
        `127.0.0.1:${port}`,
        '--reporting-disabled',
      ],
      env: { HOME: folder },
    }),
    ready: ({ port }) => answers(`http://127.0.0.1:${port}/health`),
  })
  const url = `http://127.0.0.1:${server.port}`
  const setup = { org: 'tests', bucket: 'ondine', token: 'a-token-for-the-tests' }
  const response = await fetch(`${url}/api/v2/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'tests', password: 'tests-tests', ...setup }),
  })
  if (!response.ok) throw new Error(`InfluxDB 2 set-up: ${response.status} ${await response.text()}`)
  return Object.assign(server, { url, ...setup })
}
