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

/** The machine as this script touches it; tests give another one. */
export interface Machine {
  missing: readonly string[]
  isRoot: boolean
  /** runs a shell command, says whether it succeeded */
  run(command: string): boolean
  out(text: string): void
  err(text: string): void
}

function thisMachine(): Machine {
  return {
    missing: requirements.filter((requirement) => !requirement.present()).map((requirement) => requirement.package),
    isRoot: process.getuid?.() === 0,
    run(command) {
      // A distribution starts what it installs: the tests use their own instances on free ports.
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
      return spawnSync('sh', ['-c', command], { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0
    },
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  }
}

/**
 * Makes sure that the servers of the tests are installed. As root (a container, CI) it installs what is missing and says
 * so; otherwise it prints the one line to run and returns false: a test that needs them is never skipped silently.
 */
export function ensureServers({ missing, isRoot, run, out, err }: Machine = thisMachine()): boolean {
  if (missing.length === 0) return true
  const packages = missing.join(' ')
  const install = `apt-get install -y --no-install-recommends ${packages}`
  if (!isRoot) {
    err(`The tests start real servers that are not installed here. Run first:\n\n  sudo ${install}\n\n`)
    return false
  }
  out(`The tests start real servers; installing ${packages} (running as root).\n`)
  const failed = ['apt-get update -q', install].find((command) => !run(command))
  if (failed !== undefined) err(`"${failed}" failed: install these packages by hand and run the tests again.\n`)
  return failed === undefined
}
