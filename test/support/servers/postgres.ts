import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { chown } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type ServerProcess, startServerProcess } from './server-process.ts'

const run = promisify(execFile)

/** Debian keeps the server's programs out of PATH, one folder a version. */
function programs(): string {
  const root = '/usr/lib/postgresql'
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0]
  if (newest === undefined) throw new Error(`no PostgreSQL in ${root}`)
  return join(root, newest, 'bin')
}

/** PostgreSQL refuses to run as root: the tests of a container run it as `postgres`. */
async function postgresUser(): Promise<number | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const { stdout } = await run('id', ['-u', 'postgres'])
  return Number(stdout)
}

/** PostgreSQL with an empty database `ondine` (and the extension pg_trgm, which ChirpStack needs). */
export async function startPostgres(): Promise<ServerProcess & { url: string }> {
  const bin = programs()
  const uid = await postgresUser()
  let initialised = false
  const server = await startServerProcess({
    name: 'postgres',
    async command({ port, folder }) {
      const data = join(folder, 'data')
      if (!initialised) {
        if (uid !== undefined) await chown(folder, uid, uid)
        await run(join(bin, 'initdb'), ['-D', data, '-U', 'ondine', '--auth=trust', '--encoding=UTF8', '--no-sync'], {
          ...(uid === undefined ? {} : { uid, gid: uid }),
          cwd: folder,
        })
        initialised = true
      }
      return {
        file: join(bin, 'postgres'),
        args: ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder],
        ...(uid === undefined ? {} : { uid }),
      }
    },
  })
  const psql = (database: string, sql: string) =>
    run(join(bin, 'psql'), ['-h', '127.0.0.1', '-p', String(server.port), '-U', 'ondine', '-d', database, '-c', sql])
  for (let attempt = 0; ; attempt++) {
    try {
      await psql('postgres', 'create database ondine')
      break
    } catch (error) {
      if (attempt > 100) throw error
      await sleep(100)
    }
  }
  await psql('ondine', 'create extension if not exists pg_trgm')
  return Object.assign(server, { url: `postgres://ondine@127.0.0.1:${server.port}/ondine` })
}
