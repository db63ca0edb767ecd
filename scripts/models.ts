/** `node scripts/models.ts`: makes `docs/models.md` from the folders of models. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { modelsPage } from './support/models-page.ts'

writeFileSync(join(import.meta.dirname, '../docs/models.md'), await modelsPage())
