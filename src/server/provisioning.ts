import type { Scope } from '../access/scope.ts'
import { newId } from '../adapters/sql/new-id.ts'
import { checkComplete, checkInstallation } from '../codecs/check-installation.ts'
import type { Parameters } from '../inventory/entities.ts'
import { JobRunner } from '../provisioning/apply/job-runner.ts'
import { Pace } from '../provisioning/apply/pace.ts'
import { ageIdentity } from '../provisioning/keys/age-identity.ts'
import { type Fingerprints, openFingerprints } from '../provisioning/keys/fingerprint.ts'
import { type KeyVault, openVault } from '../provisioning/keys/vault.ts'
import { OneAtATime } from '../provisioning/one-at-a-time.ts'
import type { ModelFacts } from '../provisioning/plan/world.ts'
import { PlanSweep } from '../provisioning/plan-sweep.ts'
import { type Dependencies, ProvisioningService } from '../provisioning/provisioning-service.ts'
import { Upkeep } from '../provisioning/upkeep.ts'
import type { Base } from './base.ts'
import type { Decoding } from './decoding.ts'
import type { InstalledModels } from './installed-models.ts'
import type { EnteredNetwork } from './network.ts'
import type { Storage } from './storage.ts'

/** Folders planned and applied, and the network watched for what was changed behind our back. */
export interface Provisioning {
  service: ProvisioningService
  upkeep: Upkeep
  runner: JobRunner
  vault: KeyVault
  fingerprints: Fingerprints
}

/** A job that was under way goes on. */
export async function startProvisioning(
  { config, logger, closing }: Base,
  { inventory, inventoryStore, provisioning: store, directory }: Storage,
  { models }: Decoding,
  { client }: EnteredNetwork,
): Promise<Provisioning> {
  const { dataDir, provisioning } = config
  const vault = await openVault({ key: provisioning.key, dataDir })
  const fingerprints = await openFingerprints(dataDir)
  const identity = await ageIdentity(dataDir)
  const network = client.provisioning
  const now = () => new Date()
  const { maxPerSecond: perSecond } = provisioning
  const runner = new JobRunner({
    ...{ store, inventory, inventoryStore, vault, fingerprints, newId, now, logger },
    network: client.jobs,
    models: { profile: (slug) => models.profile(slug), installed: (slug, channel) => installed(models, slug, channel) },
    pace: new Pace(perSecond === undefined ? {} : { perSecond }),
  })
  await closing.after(runner)
  await closing.after(new PlanSweep({ store, logger, now }))
  const holdings = (tenants: readonly string[]) => inventoryStore.transaction((transaction) => transaction.holdings(tenants))
  const known: Dependencies['known'] = (of) => inventoryStore.transaction((transaction) => transaction.existing(of))
  const shared = { store, network, holdings, runner, fingerprints, newId, now, observing: new OneAtATime() }
  return {
    ...{ runner, vault, fingerprints },
    service: new ProvisioningService({ ...shared, known, vault, identity, models: (slug) => factsOf(models, slug) }),
    upkeep: new Upkeep({
      ...{ ...shared, inventoryStore },
      tenants: (scope) => slugsOf(scope, inventory),
      knownModels: () => models.list(),
      changed: (devEuis) => directory.changed(devEuis),
    }),
  }
}

function factsOf(models: InstalledModels, slug: string): ModelFacts | undefined {
  const model = models.get(slug)
  if (model === undefined) return undefined
  const accept = (channel: string, parameters: Parameters) => {
    checkInstallation(model, { channel, parameters })
    checkComplete(model, parameters)
  }
  return { slug, profile: models.profileOf(slug), accept }
}

function installed(models: InstalledModels, slug: string, channel: string) {
  const model = models.get(slug)
  if (model === undefined) return undefined
  const accept = (parameters: Parameters) => {
    checkInstallation(model, { channel, parameters })
    checkComplete(model, parameters)
  }
  return { slug, service: model.service, accept }
}

async function slugsOf(scope: Scope, inventory: Storage['inventory']): Promise<readonly string[]> {
  const slugs: string[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Awaited<ReturnType<typeof inventory.tenants>> = await inventory.tenants(scope, {
      limit: 1_000,
      ...(cursor === undefined ? {} : { cursor }),
    })
    slugs.push(...page.items.map(({ slug }) => slug))
    cursor = page.cursor
  }
  return slugs
}
