import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { vocabularyCommand, vocabularyPage } from '../../scripts/support/vocabulary-page.ts'
import { commandSchema } from '../../src/vocabulary/command.ts'
import { measurements } from '../../src/vocabulary/measurements.ts'

const page = vocabularyPage()

test('docs/vocabulary.md is what the tables say', () => {
  const told = readFileSync('docs/vocabulary.md', 'utf8') === page
  expect(told, `docs/vocabulary.md is not what src/vocabulary says any more: run \`${vocabularyCommand}\``).toBe(true)
})

test('it has a row for every measurement, with its labels, and for every command', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  for (const [name, { label }] of measurements) {
    const row = rows.find((line) => line.startsWith(`| \`${name}\` | `) && line.endsWith(` | ${label.en} | ${label.fr} |`))
    expect(row, name).toBeDefined()
  }
  for (const { shape } of commandSchema.options) expect(rows.some((line) => line.startsWith(`| \`${shape.type.value}\` | `))).toBe(true)
})

test('every command and every field of one says what it is', () => {
  for (const option of commandSchema.options) {
    expect(option.description, option.shape.type.value).toBeTruthy()
    for (const [name, field] of Object.entries(option.shape)) {
      if (name !== 'type') expect(field.description, `${option.shape.type.value} ${name}`).toBeTruthy()
    }
  }
})
