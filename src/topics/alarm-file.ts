import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { AlarmMemory } from './alarm.ts'

const text = z.string()
const alarmSchema = z.object({ tenant: text, service: text, asset: text, device: text, channel: text, kind: text, raised: text })
const clearedSchema = alarmSchema.extend({ cleared: text })
/** `cleared` came later: a file of an older version has none. */
const fileSchema = z.object({ v: z.literal(1), open: z.array(alarmSchema), cleared: z.array(clearedSchema).default([]) })

/** What was told of alarms, in a file that is replaced as a whole. */
export class AlarmFile implements AlarmMemory {
  private readonly path: string
  private readonly log: Logger

  constructor(path: string, log: Logger) {
    this.path = path
    this.log = log
  }

  async load(): ReturnType<AlarmMemory['load']> {
    const content = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (content === null) return { open: [], cleared: [] }
    try {
      const { open, cleared } = fileSchema.parse(JSON.parse(content))
      return { open, cleared }
    } catch (error) {
      this.log.error({ err: error, file: this.path }, 'open alarms unreadable: those that last will be raised once more')
      return { open: [], cleared: [] }
    }
  }

  async save({ open: lasting, cleared }: Parameters<AlarmMemory['save']>[0]): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true })
    const draft = await open(`${this.path}.new`, 'w', 0o600)
    try {
      await draft.writeFile(JSON.stringify({ v: 1, open: lasting, cleared }))
      await draft.sync()
    } finally {
      await draft.close()
    }
    await rename(`${this.path}.new`, this.path)
    // Else a power cut may bring the old file back.
    const folder = await open(dirname(this.path), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }
}
