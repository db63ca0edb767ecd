/** `node scripts/vocabulary.ts`: makes `docs/vocabulary.md` from the tables of `src/vocabulary/`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { vocabularyPage } from './support/vocabulary-page.ts'

writeFileSync(join(import.meta.dirname, '../docs/vocabulary.md'), vocabularyPage())
