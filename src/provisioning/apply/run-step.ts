import { restore } from '../drift/restore.ts'
import { moveDevice } from '../life/move-device.ts'
import { bind, flushNonces, setDisabled } from '../life/runners.ts'
import type { Step } from '../plan/plan.ts'
import type { StepEffects, StepOf, StepRunner, StepTools } from './step-tools.ts'
import { createApplication } from './steps/application.ts'
import { createDevice, deleteDevice, updateDevice } from './steps/device.ts'
import { createGateway, deleteGateway, updateGateway } from './steps/gateway.ts'
import { install } from './steps/install.ts'
import { createProfile, updateProfile } from './steps/profile.ts'
import { createTenant } from './steps/tenant.ts'

interface Runner<S extends Step> {
  run: StepRunner<S>
  /** steps of one lane that follow each other are done side by side; null: alone */
  lane: 'devices' | 'deletions' | 'installations' | null
  /** it does not ask the network server: no pace to keep, and none to wait for */
  local?: boolean
}

type Runners = { readonly [A in Step['action']]: Runner<StepOf<A>> }

/** How each action is carried out. A new action of `stepSchema` needs its line here. */
export const stepRunners: Runners = {
  'create-tenant': { run: createTenant, lane: null },
  'create-application': { run: createApplication, lane: null },
  'create-profile': { run: createProfile, lane: null },
  'update-profile': { run: updateProfile, lane: null },
  'create-gateway': { run: createGateway, lane: null },
  'update-gateway': { run: updateGateway, lane: null },
  'delete-gateway': { run: deleteGateway, lane: null },
  'create-device': { run: createDevice, lane: 'devices' },
  'update-device': { run: updateDevice, lane: 'devices' },
  'delete-device': { run: deleteDevice, lane: 'deletions' },
  install: { run: install, lane: 'installations', local: true },
  bind: { run: bind, lane: null, local: true },
  'set-disabled': { run: setDisabled, lane: null },
  'move-device': { run: moveDevice, lane: null },
  restore: { run: restore, lane: 'devices' },
  'flush-nonces': { run: flushNonces, lane: null },
}

/** Rejects with what a person can act on; `isPassing` errors say nothing against the step. */
export async function runStep<A extends Step['action']>(step: StepOf<A>, action: A, tools: StepTools): Promise<StepEffects> {
  const runner: Runners[A] = stepRunners[action]
  return runner.run(step, tools)
}
