import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { EmulatedChirpStack } from '../../../src/simulator/network/emulated-chirpstack.ts'
import { startMosquitto } from '../../support/servers/index.ts'
import { ctrlC, down, enter, noTerminal, Terminal } from '../../support/terminal.ts'

const bin = resolve(import.meta.dirname, '../../../bin/ondine.js')

describe('ondine init at a terminal', () => {
  let mosquitto: Awaited<ReturnType<typeof startMosquitto>>
  let chirpstack: EmulatedChirpStack
  let folder: string
  let terminal: Terminal

  beforeAll(async () => {
    if (noTerminal !== undefined) return
    mosquitto = await startMosquitto()
    chirpstack = new EmulatedChirpStack({ brokerUrl: mosquitto.url })
    await chirpstack.start()
  })
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ondine-asked-'))
  })
  afterEach(async () => {
    await terminal?.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  afterAll(async () => {
    await chirpstack?.stop()
    await mosquitto?.stop()
  })

  function begin(...options: string[]): void {
    terminal = new Terminal([process.execPath, bin, 'init', 'tours', ...options], { cwd: folder, environment: { HOME: folder } })
  }
  /** Answers the question that comes next. */
  async function answer(question: RegExp, keys: string): Promise<void> {
    await terminal.next(question)
    terminal.type(keys)
    terminal.type(enter)
  }
  const config = () => parse(readFileSync(join(folder, 'ondine.yaml'), 'utf8'))

  test('asks for ChirpStack, broker and store, tries each, and writes what was found good, for its owner alone', async ({ skip }) => {
    skip(noTerminal !== undefined, noTerminal)
    begin()
    await answer(/Which network/, '')
    await answer(/Address of ChirpStack/, chirpstack.url)
    await answer(/API key of ChirpStack/, 'not-the-key')
    await terminal.next(/answers, and does not know this API key/)
    await answer(/Keep it as it is/, '')
    await answer(/Address of ChirpStack/, chirpstack.url)
    await answer(/API key of ChirpStack/, chirpstack.token)
    await terminal.next(/It answers, and takes that/)
    await answer(/Broker that ChirpStack publishes to/, 'mqtt://127.0.0.1:9')
    await answer(/User name/, '')
    await terminal.next(/does not take us: .*ECONNREFUSED/)
    await answer(/Keep it as it is/, '')
    await answer(/Broker that ChirpStack publishes to/, mosquitto.url)
    await answer(/User name/, '')
    await terminal.next(/It answers, and takes that/)
    await answer(/Where are readings kept/, down)
    await answer(/Address of InfluxDB/, 'http://127.0.0.1:9')
    await answer(/Organisation/, 'ville')
    await answer(/Bucket/, '')
    await answer(/Token/, 'a-secret-token')
    await terminal.next(/no such InfluxDB at http:\/\/127\.0\.0\.1:9: /)
    await answer(/Keep it as it is/, 'y')
    expect(await terminal.ended()).toBe(0)
    expect(config()).toEqual({
      chirpstack: { url: chirpstack.url, token: chirpstack.token },
      broker: { url: mosquitto.url },
      store: { kind: 'influxdb2', url: 'http://127.0.0.1:9', org: 'ville', bucket: 'ondine', token: 'a-secret-token' },
    })
    expect(statSync(join(folder, 'ondine.yaml')).mode & 0o777).toBe(0o600)
    expect(existsSync(join(folder, 'tours/territory.yaml'))).toBe(true)
    for (const secret of ['not-the-key', chirpstack.token, 'a-secret-token']) expect(terminal.text).not.toContain(secret)
  })

  test('a configuration that is there is neither asked for nor written over', async ({ skip }) => {
    skip(noTerminal !== undefined, noTerminal)
    writeFileSync(join(folder, 'ondine.yaml'), 'dataDir: mine\n')
    begin()
    expect(await terminal.ended()).toBe(0)
    expect(terminal.text).not.toContain('Which network')
    expect(readFileSync(join(folder, 'ondine.yaml'), 'utf8')).toBe('dataDir: mine\n')
    expect(existsSync(join(folder, 'tours/territory.yaml'))).toBe(true)
  })

  test('left by Ctrl-C, nothing is written', async ({ skip }) => {
    skip(noTerminal !== undefined, noTerminal)
    begin('--lang', 'fr')
    await answer(/Pour quel réseau/, '')
    await terminal.next(/Adresse de ChirpStack/)
    terminal.type(ctrlC)
    expect(await terminal.ended()).toBe(130)
    expect(terminal.text).toContain('Rien n’a été fait.')
    expect(existsSync(join(folder, 'ondine.yaml'))).toBe(false)
    expect(existsSync(join(folder, 'tours'))).toBe(false)
  })

  test('the simulated network needs none', async ({ skip }) => {
    skip(noTerminal !== undefined, noTerminal)
    begin()
    await answer(/Which network/, down)
    expect(await terminal.ended()).toBe(0)
    expect(existsSync(join(folder, 'ondine.yaml'))).toBe(false)
    expect(existsSync(join(folder, 'tours/territory.yaml'))).toBe(true)
  })
})
