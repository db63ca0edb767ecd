/** `node scripts/vocabulary.ts`: makes `docs/vocabulary.md` and `docs/vocabulary.json` from the tables of `src/vocabulary/`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { vocabularyJson } from '../src/codecs/kit/vocabulary-json.ts'
import { vocabularyPage } from './support/vocabulary-page.ts'

writeFileSync(join(import.meta.dirname, '../docs/vocabulary.md'), vocabularyPage())
writeFileSync(join(import.meta.dirname, '../docs/vocabulary.json'), vocabularyJson())
