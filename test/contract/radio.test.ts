import { afterAll, beforeAll, describe, test, vi } from 'vitest'
import { framesMayBeLost, sayWhenAbsent } from '../support/chirpstack-server.ts'
import type { ContractNetwork, ContractSubject } from './network.ts'
import { classADownlinks, classCDownlinks } from './situations/downlinks.ts'
import { joins } from './situations/joins.ts'
import { multicast } from './situations/multicast.ts'
import { uplinks } from './situations/uplinks.ts'
import { subjects } from './subjects.ts'
import { Territory } from './territory.ts'

sayWhenAbsent()
// situations share no gateway and no device: all at once, each takes as long as its radio does
vi.setConfig({ maxConcurrency: 40 })

// the words of a database are in the calls: the emulated radio is the same on either
const [emulated, ...real] = subjects.filter(({ name }) => name !== 'emulated (PostgreSQL)')
describe.each([emulated].filter((subject) => subject !== undefined))('radio: $name', { concurrent: true }, radio)
describe.each(real)('radio: $name', { concurrent: true, ...framesMayBeLost }, radio)

function radio(subject: ContractSubject): void {
  if (!subject.available) {
    test.skip('its binary is not named')
    return
  }
  let network: ContractNetwork
  let territory: Territory

  beforeAll(async () => {
    network = await subject.start()
    territory = await Territory.open(network)
  })
  afterAll(async () => {
    await territory?.close()
    await network?.stop()
  })

  const here = () => territory
  joins(here)
  uplinks(here)
  classADownlinks(here)
  classCDownlinks(here)
  multicast(here)
}
