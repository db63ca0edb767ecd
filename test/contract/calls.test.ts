import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from 'vitest'
import { type Bench, openBench } from './bench.ts'
import { deviceCalls } from './calls/devices.ts'
import { gatewayCalls } from './calls/gateways.ts'
import { provisioningCalls } from './calls/provisioning.ts'
import { multicastCalls, queueCalls } from './calls/queues.ts'
import { access, tenantsAndApplications } from './calls/things.ts'
import type { ContractNetwork } from './network.ts'
import { subjects } from './subjects.ts'

describe.each(subjects)('calls: $name', (subject) => {
  if (!subject.available) {
    test.skip('its binary is not named')
    return
  }
  let network: ContractNetwork
  let bench: Bench

  beforeAll(async () => {
    network = await subject.start()
  })
  beforeEach(async () => {
    bench = await openBench(network, subject)
  })
  afterEach(() => bench.api.connection.close())
  afterAll(() => network?.stop())

  access(() => network)
  tenantsAndApplications(() => bench)
  gatewayCalls(() => bench)
  deviceCalls(() => bench)
  queueCalls(() => bench)
  multicastCalls(() => bench)
  provisioningCalls(
    () => bench,
    () => network,
  )
})
