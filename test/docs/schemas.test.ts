import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { kitSchemas } from '../../src/codecs/kit/schemas.ts'
import { territorySchemas } from '../../src/provisioning/territory/schemas.ts'

const folder = 'docs/schemas'
const schemas = { ...kitSchemas(), ...territorySchemas() }

test('docs/schemas/ is what the source says', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(schemas).sort())
  for (const [name, text] of Object.entries(schemas)) {
    const same = readFileSync(join(folder, name), 'utf8') === text
    expect(same, `${name} is not what the source says any more: run \`node scripts/schemas.ts\``).toBe(true)
  }
})

test('every key of a model is explained, and names are completed from the vocabulary', () => {
  const model = JSON.parse(schemas['model.schema.json']!)
  for (const [key, property] of Object.entries<{ description?: string }>(model.properties)) {
    if (key !== 'variables') expect(property.description, key).toBeTruthy()
  }
  const measure = model.properties.measures.items.properties
  for (const [key, property] of Object.entries<{ description?: string }>(measure)) expect(property.description, key).toBeTruthy()
  expect(measure.name.enum).toContain('waterTemperature')
  expect(model.properties.family.enum).toContain('water-meter')
  expect(model.additionalProperties).toBe(false)
})

test('every key of a territory and of a supplier’s profile is explained', () => {
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [name, inside] of Object.entries(node)) {
      if (name !== 'properties') walk(inside, `${path}.${name}`)
      else
        for (const [key, property] of Object.entries(Object(inside))) {
          // Fields of a delivery are called as in its table.
          if (!path.includes('.columns')) expect(Object(property).description, `${path}.${key}`).toBeTruthy()
          walk(property, `${path}.${key}`)
        }
    }
  }
  for (const name of ['territory.schema.json', 'supplier.schema.json']) {
    const schema = JSON.parse(schemas[name]!)
    expect(schema.additionalProperties).toBe(false)
    walk(schema, name)
  }
})
