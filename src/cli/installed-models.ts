import { pino } from 'pino'
import { Registry } from '../codecs/registry.ts'
import { shippedCodecs } from '../codecs/shipped.ts'
import type { Session } from './session.ts'

/** The models that a server of the same configuration has: the shipped ones and those of its folders. Rejects with `config.*` and `codec.file-unreadable`. */
export async function installedModels(session: Session): Promise<Registry> {
  const { codecs } = await session.config()
  const registry = new Registry({ folders: [shippedCodecs, ...codecs.folders], logger: pino({ level: 'silent' }) })
  await registry.start()
  return registry
}
