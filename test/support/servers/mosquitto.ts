import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ServerProcess, startServerProcess } from './server-process.ts'

/** Mosquitto with persistence and no queue limit, as the project recommends it. `config` is added to its file. */
export async function startMosquitto(options: { config?: string; port?: number } = {}): Promise<ServerProcess & { url: string }> {
  const server = await startServerProcess({
    name: 'mosquitto',
    ...(options.port === undefined ? {} : { port: options.port }),
    async command({ port, folder }) {
      const lines = [
        `listener ${port} 127.0.0.1`,
        'allow_anonymous true',
        'persistence true',
        `persistence_location ${folder}/`,
        'autosave_on_changes true',
        'autosave_interval 1000',
        'max_queued_messages 0',
        'max_inflight_messages 1000',
        ...(process.getuid?.() === 0 ? ['user root'] : []),
        options.config ?? '',
      ]
      await writeFile(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`)
      return { file: 'mosquitto', args: ['-c', join(folder, 'mosquitto.conf')], env: { PATH: `${process.env.PATH}:/usr/sbin` } }
    },
  })
  return Object.assign(server, { url: `mqtt://127.0.0.1:${server.port}` })
}
