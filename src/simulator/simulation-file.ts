import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { OndineError } from '../errors/ondine-error.ts'
import { commandedSchema } from './commanded.ts'
import { emulatedChirpStackSnapshotSchema } from './network/emulated-chirpstack.ts'

/** What was created in the network for the fleet: ids by slug of the service and by model. */
const createdSchema = z.object({
  tenantId: z.string(),
  applications: z.record(z.string(), z.string()),
  profiles: z.record(z.string(), z.string()),
  gateways: z.array(z.string()),
  devices: z.array(z.string()),
})
export type Created = z.infer<typeof createdSchema>

const simulationFileSchema = z.object({
  chirpstack: emulatedChirpStackSnapshotSchema,
  created: createdSchema,
  /** by DevEUI: what orders made of a device */
  commanded: z.record(z.string(), commandedSchema),
})
export type SimulationMemory = z.infer<typeof simulationFileSchema>

const pathIn = (folder: string) => join(folder, 'simulation.json')

/** undefined when the folder has none yet; rejects with `simulator.snapshot` when it has one that cannot be read. */
export async function readSimulation(folder: string): Promise<SimulationMemory | undefined> {
  const file = pathIn(folder)
  try {
    return simulationFileSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined
    const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown) : OndineError.from(thrown).message
    throw new OndineError('simulator.snapshot', { file, reason }, { cause: thrown })
  }
}

/** Whole or not at all; for this user's eyes, since it holds the devices' keys. */
export async function writeSimulation(folder: string, memory: SimulationMemory): Promise<void> {
  await mkdir(folder, { recursive: true })
  const file = pathIn(folder)
  await writeFile(`${file}.new`, JSON.stringify(memory), { mode: 0o600 })
  await rename(`${file}.new`, file)
}
