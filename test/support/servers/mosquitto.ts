import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type ServerProcess, startServerProcess } from './server-process.ts'

const shipped = resolve(import.meta.dirname, '../../../deploy/mosquitto/mosquitto.conf')

/** Mosquitto with the configuration that is shipped, but for place, port and passwords. `config` is added to its file. */
export async function startMosquitto(options: { config?: string; port?: number } = {}): Promise<ServerProcess & { url: string }> {
  const server = await startServerProcess({
    name: 'mosquitto',
    ...(options.port === undefined ? {} : { port: options.port }),
    async command({ port, folder }) {
      const lines = (await readFile(shipped, 'utf8'))
        .split('\n')
        .filter((line) => !/^(listener|allow_anonymous|password_file|persistence_location)\b/.test(line))
      lines.push(`listener ${port} 127.0.0.1`, 'allow_anonymous true', `persistence_location ${folder}/`)
      if (process.getuid?.() === 0) lines.push('user root')
      lines.push(options.config ?? '')
      await writeFile(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`)
      return { file: 'mosquitto', args: ['-c', join(folder, 'mosquitto.conf')], env: { PATH: `${process.env.PATH}:/usr/sbin` } }
    },
  })
  return Object.assign(server, { url: `mqtt://127.0.0.1:${server.port}` })
}
