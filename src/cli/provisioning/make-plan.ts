import type { Client } from '../../api/contract/client.ts'
import type { PlanSummary } from '../../api/contract/provisioning.ts'
import { readTerritory } from '../../provisioning/territory/read-territory.ts'
import type { Session } from '../session.ts'

export interface MadePlan {
  client: Client
  plan: PlanSummary
}

/** Reads the folder and has the server compare it with the world. */
export async function makePlan(session: Session, folder: string, { prune }: { prune: boolean }): Promise<MadePlan> {
  const { territory, keyFiles, findings, server } = await readTerritory(folder)
  const client = await session.client(server ?? undefined)
  const plan = await client.provisioning.plan({
    territory,
    keys: keyFiles.map(({ file, bytes }) => ({ file, content: Buffer.from(bytes).toString('base64') })),
    prune,
    refused: findings.map(({ kind, key, source, reason, facts }) => ({ kind, key, source, reason, facts: { ...facts } })),
  })
  return { client, plan }
}
