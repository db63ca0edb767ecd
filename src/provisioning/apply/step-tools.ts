import type { DeviceProfile } from '../../codecs/device-profile.ts'
import type { OndineError } from '../../errors/ondine-error.ts'
import type { InstalledModel } from '../../inventory/install.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { InventoryChanges, InventoryStore } from '../../inventory/ports.ts'
import type { Fingerprints } from '../keys/fingerprint.ts'
import type { KeyVault } from '../keys/vault.ts'
import type { NetworkProvisioning } from '../network.ts'
import type { ObjectKind, Remembered, Step } from '../plan/plan.ts'
import type { Job, StepEnd } from '../ports.ts'
import type { Places } from './places.ts'

/** What the executor needs of the registry's models. */
export interface AppliedModels {
  /** rejects for a model that has none */
  profile(model: string): Promise<DeviceProfile>
  /** for an installation on this channel; undefined: the model is not known */
  installed(model: string, channel: string): InstalledModel | undefined
}

/** What does not change from step to step of a job. */
export interface JobTools {
  network: NetworkProvisioning
  inventory: Pick<Inventory, 'install'>
  /** to find out whether the world is still as a step of a device's life was planned for */
  facts: Pick<InventoryStore, 'transaction'>
  models: AppliedModels
  vault: KeyVault
  fingerprints: Fingerprints
  places: Places
  job: Pick<Job, 'id' | 'account' | 'scope' | 'tenant'>
  /** id of the folder the job is for; null: none, what it makes is made by hand */
  owner: string | null
  /** UUIDv7 */
  newId: () => string
  now: () => Date
}

export interface StepTools extends JobTools {
  /** it was begun before, and nobody knows how far it came: look before making anything */
  look: boolean
  /** what is remembered of an object of this step */
  known: (kind: ObjectKind, key: string) => Remembered | undefined
  /** keys of the step's device that wait */
  sealed: { fingerprint: string; sealed: string } | undefined
}

/**
 * What goes with the end of a step into one transaction. `problem`: it failed after all, and still this much was done and must not
 * be forgotten.
 */
export interface StepEffects extends Partial<Pick<StepEnd, 'remember' | 'forget' | 'dropKeys'>> {
  inventory?: Partial<InventoryChanges>
  problem?: OndineError
}

/** Carries out one step, twice without harm. Rejects with what a person can act on; `isPassing` errors are tried again. */
export type StepRunner<S extends Step> = (step: S, tools: StepTools) => Promise<StepEffects>

export type StepOf<A extends Step['action']> = Extract<Step, { action: A }>
