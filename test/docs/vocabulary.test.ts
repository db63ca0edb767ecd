import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { vocabularyCommand, vocabularyPage } from '../../scripts/support/vocabulary-page.ts'
import { vocabularyJson } from '../../src/codecs/kit/vocabulary-json.ts'
import { commandSchema } from '../../src/vocabulary/command.ts'
import { families } from '../../src/vocabulary/families.ts'
import { flags } from '../../src/vocabulary/flags.ts'
import { measurements } from '../../src/vocabulary/measurements.ts'

const page = vocabularyPage()

test('docs/vocabulary.md is what the tables say', () => {
  const told = readFileSync('docs/vocabulary.md', 'utf8') === page
  expect(told, `docs/vocabulary.md is not what src/vocabulary says any more: run \`${vocabularyCommand}\``).toBe(true)
})

test('docs/vocabulary.json says the same for programs', () => {
  const text = vocabularyJson()
  const told = readFileSync('docs/vocabulary.json', 'utf8') === text
  expect(told, `docs/vocabulary.json is not what src/vocabulary says any more: run \`${vocabularyCommand}\``).toBe(true)
  const vocabulary: Record<string, Record<string, unknown>[]> = JSON.parse(text)
  const names = (key: string) => vocabulary[key]?.map(({ name }) => name)
  expect(names('measurements')).toEqual([...measurements.keys()])
  expect(vocabulary.measurements).toContainEqual({ subject: expect.any(String), name: 'volume', ...measurements.get('volume') })
  expect(names('families')).toEqual([...families.keys()])
  expect(names('flags')).toEqual(Object.keys(flags))
  expect(names('commands')).toEqual(commandSchema.options.map(({ shape }) => shape.type.value))
  expect(vocabulary.units).toContainEqual({ unit: 'm3', suffixes: expect.arrayContaining([{ suffix: 'L', scale: 0.001, offset: 0 }]) })
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
