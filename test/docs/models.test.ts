import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { modelsCommand, modelsPage } from '../../scripts/support/models-page.ts'
import { slugs } from '../codecs/plain-codec.ts'

test('docs/models.md is what the folders say, every model of them', async () => {
  const page = await modelsPage()
  const told = readFileSync('docs/models.md', 'utf8') === page
  expect(told, `docs/models.md is not what codecs/ says any more: run \`${modelsCommand}\``).toBe(true)
  for (const slug of slugs) expect(page).toContain(`| [\`${slug}\`]`)
})
