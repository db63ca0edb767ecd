import { expect, test } from 'vitest'
import { fromCursor, toCursor } from '../../src/inventory/page.ts'

test('a cursor is its key again', () => {
  expect(fromCursor(toCursor(['a', 'é']), 2)).toEqual(['a', 'é'])
})

test.for([toCursor(['a']), toCursor(['a', 'b\0']), '%%%'])('a cursor of something else is refused: %s', (cursor) => {
  expect(() => fromCursor(cursor, 2)).toThrow(expect.objectContaining({ code: 'inventory.bad-cursor' }))
})
