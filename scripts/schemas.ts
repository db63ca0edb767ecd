/** `node scripts/schemas.ts`: makes `docs/schemas/` from the schemas that read the files. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kitSchemas } from '../src/codecs/kit/schemas.ts'
import { territorySchemas } from '../src/provisioning/territory/schemas.ts'

for (const [name, text] of Object.entries({ ...kitSchemas(), ...territorySchemas() })) {
  writeFileSync(join(import.meta.dirname, '../docs/schemas', name), text)
}
