import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'

/** A program or library that the tests start, and the Debian package that brings it. */
interface Requirement {
  package: string
  present: () => boolean
}

const inPath = (program: string) => () =>
  [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'].some((folder) => existsSync(`${folder}/${program}`))

const hasPostgres = () =>
  existsSync('/usr/lib/postgresql') &&
  readdirSync('/usr/lib/postgresql').some((version) => existsSync(`/usr/lib/postgresql/${version}/bin/initdb`))

const requirements: readonly Requirement[] = [
  { package: 'mosquitto', present: inPath('mosquitto') },
  { package: 'influxdb', present: inPath('influxd') },
  { package: 'redis-server', present: inPath('redis-server') },
  { package: 'postgresql', present: hasPostgres },
  { package: 'openssl', present: inPath('openssl') }, // certificates of the TLS tests
]

/**
 * Makes sure that the servers of the tests are installed. As root (a container, CI) it installs what is missing and says
 * so; otherwise it prints the one line to run and returns false: a test that needs them is never skipped silently.
 */
export function ensureServers(): boolean {
  const missing = requirements.filter((requirement) => !requirement.present()).map((requirement) => requirement.package)
  if (missing.length === 0) return true
  const install = `apt-get install -y --no-install-recommends ${missing.join(' ')}`
  if (process.getuid?.() !== 0) {
    process.stderr.write(`The tests start real servers. Missing here: ${missing.join(', ')}. Run first:\n\n  sudo ${install}\n\n`)
    return false
  }
  process.stdout.write(`The tests start real servers; installing ${missing.join(', ')} (running as root).\n`)
  // A distribution starts what it installs: the tests use their own instances on free ports.
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  for (const command of ['apt-get update -q', install]) {
    const { status } = spawnSync('sh', ['-c', command], { stdio: ['ignore', 'inherit', 'inherit'], env: environment })
    if (status !== 0) {
      process.stderr.write(`"${command}" failed: install these packages by hand and run the tests again.\n`)
      return false
    }
  }
  return true
}
