import { type ServerProcess, startServerProcess } from './server-process.ts'

export async function startRedis(): Promise<ServerProcess & { url: string }> {
  const server = await startServerProcess({
    name: 'redis',
    command: async ({ port, folder }) => ({
      file: 'redis-server',
      args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
    }),
  })
  return Object.assign(server, { url: `redis://127.0.0.1:${server.port}/` })
}
