import { OndineError } from '../../../errors/ondine-error.ts'
import { keyFields, type RootKeys } from '../../../lorawan/root-keys.ts'
import type { StepTools } from '../step-tools.ts'

/**
 * Gives a device the keys of this fingerprint, and tells which fields they have. What is there is read back, compared and replaced
 * where it differs. Rejects with `provisioning.keys-missing` where they neither wait nor are there.
 */
export async function writeKeys(
  { devEui, macVersion, fingerprint }: { devEui: string; macVersion: string; fingerprint: string },
  tools: Pick<StepTools, 'network' | 'fingerprints' | 'vault' | 'sealed'>,
  look: boolean,
): Promise<{ fields: readonly string[] }> {
  const { network, fingerprints } = tools
  const waiting = opened(devEui, fingerprint, tools)
  if (waiting !== undefined && !look && (await network.createKeys(devEui, macVersion, waiting)) === 'created') return told(waiting)
  const there = await network.getKeys(devEui, macVersion)
  if (there !== undefined && fingerprints.ofKeys(devEui, there) === fingerprint) return told(there)
  if (waiting === undefined) throw new OndineError('provisioning.keys-missing', { devEui })
  const created = there === undefined && (await network.createKeys(devEui, macVersion, waiting)) === 'created'
  if (!created) await network.updateKeys(devEui, macVersion, waiting)
  return told(waiting)
}

/** Newer keys than those that were planned are for the next plan. */
function opened(
  devEui: string,
  fingerprint: string,
  { vault, fingerprints, sealed }: Pick<StepTools, 'vault' | 'fingerprints' | 'sealed'>,
): RootKeys | undefined {
  if (sealed?.fingerprint !== fingerprint) return undefined
  const keys = vault.open(devEui, sealed.sealed)
  return fingerprints.ofKeys(devEui, keys) === fingerprint ? keys : undefined
}

function told(keys: RootKeys): { fields: readonly string[] } {
  return { fields: keyFields.filter((field) => keys[field] !== undefined) }
}
