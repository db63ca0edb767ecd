import { resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { deliver, meters, newTerritory } from '../../support/delivered-meters.ts'
import { eventually, type OndineProcess, startOndine } from '../../support/ondine-process.ts'
import { type RestlessNetwork, startRestlessNetwork } from '../../support/restless-network.ts'
import { ctrlC, enter, left, noTerminal, Terminal } from '../../support/terminal.ts'

const bin = resolve(import.meta.dirname, '../../../bin/ondine.js')
const count = 400

interface Job {
  number: number
  state: string
  done: number
  total: number
}

describe('a person at a terminal', () => {
  let network: RestlessNetwork
  let ondine: OndineProcess
  let folder: string
  const terminals: Terminal[] = []

  beforeAll(async () => {
    if (noTerminal !== undefined) return
    network = await startRestlessNetwork('emulated')
    ondine = await startOndine({
      environment: {
        ONDINE_CHIRPSTACK_URL: network.url,
        ONDINE_CHIRPSTACK_TOKEN: network.token,
        ONDINE_BROKER_URL: network.brokerUrl,
        // Slow enough to be looked at, and left in the middle.
        ONDINE_PROVISIONING_MAX_PER_SECOND: '25',
      },
    })
    folder = await newTerritory(ondine)
    expect(await deliver(ondine, folder, 'first', meters(count))).toMatchObject({ code: 0 })
  })
  afterEach(async () => {
    for (const terminal of terminals.splice(0)) await terminal.stop()
  })
  afterAll(async () => {
    await ondine?.clean()
    await network?.stop()
  })

  function open(...line: string[]): Terminal {
    const environment = { HOME: folder, ONDINE_URL: ondine.url, ONDINE_TOKEN: ondine.token }
    const terminal = new Terminal([process.execPath, bin, ...line], { cwd: folder, environment })
    terminals.push(terminal)
    return terminal
  }
  const jobs = async () => JSON.parse((await ondine.cli('jobs', 'list', '--json')).stdout).items as Job[]

  test('says no, and nothing is done', async ({ skip }) => {
    skip(noTerminal !== undefined, noTerminal)
    const no = open('apply')
    await no.shows(/Carry this out\?/)
    no.type(enter)
    expect(await no.ended()).toBe(1)
    expect(no.text).toContain('Nothing was done.')
    const leaves = open('apply', '--lang', 'fr')
    await leaves.shows(/Réaliser \?.*Oui.*Non/s)
    leaves.type(ctrlC)
    expect(await leaves.ended()).toBe(130)
    expect(leaves.text).toContain('Rien n’a été fait.')
    expect(await jobs()).toEqual([])
  })

  test('says yes, sees rate and time left, leaves with Ctrl-C, and comes back to a job that went on', async ({ skip }) => {
    skip(noTerminal !== undefined, noTerminal)
    const apply = open('apply')
    await apply.shows(/Carry this out\?/)
    apply.type(left)
    apply.type(enter)
    const [, total = ''] = await apply.shows(/\[#*-+\] \d+ \/ (\d+) {2}\d+\/s {3}(?:\d+ min )?\d+ s left {3}0 failed/)
    expect(Number(total)).toBeGreaterThanOrEqual(count)
    apply.type(ctrlC)
    expect(await apply.ended()).toBe(130)
    const [, number = ''] = await apply.shows(/Job (\d+) goes on\. Follow it again: ondine jobs attach \1/)
    const [before] = await jobs()
    expect(before).toMatchObject({ number: Number(number), state: 'running' })
    await eventually('the job going on', async () => ((await jobs())[0]!.done > before!.done ? true : undefined))

    const back = open('jobs', 'attach', number, '--lang', 'fr')
    const [, done = ''] = await back.shows(/\[#*-+\] (\d+) \/ \d+ {2}\d+\/s {3}encore (?:\d+ min )?\d+ s {3}0 en échec/)
    expect(Number(done)).toBeGreaterThan(before!.done)
    back.type(ctrlC)
    expect(await back.ended()).toBe(130)
    const last = open('jobs', 'attach', number)
    await last.shows(/\[#+-*\]/)
    expect(await last.ended()).toBe(0)
    expect(last.text).toMatch(new RegExp(`Job ${number} .*${total}`))
    expect((await jobs()).map(({ state, done: all }) => [state, all])).toEqual([['done', Number(total)]])
    expect(JSON.parse((await ondine.cli('plan', folder, '--json')).stdout)).toMatchObject({ steps: 0 })
  })
})
