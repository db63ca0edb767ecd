import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { OndineError } from '../../errors/ondine-error.ts'

const savedSchema = z.object({ id: z.uuid() })

/** The id of a plan that was saved: given as such, or in the file of `plan --save`; undefined: a folder. Rejects with `provisioning.no-plan-file`. */
export async function savedPlanId(target: string): Promise<string | undefined> {
  if (z.uuid().safeParse(target).success) return target
  const found = await stat(target).catch(() => undefined)
  if (found === undefined || found.isDirectory()) return undefined
  const saved = savedSchema.safeParse(parsed(await readFile(target, 'utf8')))
  if (!saved.success) throw new OndineError('provisioning.no-plan-file', { file: target })
  return saved.data.id
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
