import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPersonal, proposeSlug, slugSchema } from '../../src/inventory/slug.ts'

describe('proposeSlug', () => {
  test('a personal service gets a pseudonym that says nothing of the code', () => {
    const slugs = Array.from({ length: 500 }, () => proposeSlug('water', 'PDL-37261-0001', 0, randomBytes))
    expect(new Set(slugs).size).toBe(500)
    for (const slug of slugs) expect(slug).toMatch(/^w-[0-9a-hjkmnp-tv-z]{8}$/)
    expect(isPersonal('water')).toBe(true)
    expect(isPersonal('toString')).toBe(false)
  })

  test('a pseudonym that was given before is kept', () => {
    expect(proposeSlug('water', 'w-7f3k2m9q', 0, randomBytes)).toBe('w-7f3k2m9q')
    expect(proposeSlug('water', 'w-7f3k2m9q', 1, randomBytes)).not.toBe('w-7f3k2m9q')
    expect(proposeSlug('water', 'w-dupont', 0, randomBytes)).not.toContain('dupont')
  })

  test.for([
    ['PAV-Gare-2', 'PAV-Gare-2'],
    ['L Foch 014', 'L-Foch-014'],
    ['Bornes/Été #3', 'Bornes-Ete-3'],
    ['  +/#  ', 'asset'],
    ['.hidden', 'hidden'],
    ['é', 'e'],
  ] as const)('%j of another service becomes %j', ([code, slug]) => {
    expect(proposeSlug('waste', code, 0, randomBytes)).toBe(slug)
  })

  test('is always a slug, and another at each attempt', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('water', 'waste', 'constructor', 'toString'),
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 0, max: 40 }),
        (service, code, attempt) => {
          const slug = proposeSlug(service, code, attempt, randomBytes)
          expect(slugSchema.safeParse(slug).success).toBe(true)
          expect(proposeSlug(service, code, attempt + 1, randomBytes)).not.toBe(slug)
        },
      ),
    )
  })
})
