import { expect, test } from 'vitest'
import { CodecBook, type CodecEntry } from '../../../src/codecs/engine/codec-book.ts'

const script = (model: string, source: string) => ({ model, file: 'codec.js', source })

test('a file read again without a change stays what it is, a changed one is new and the old one is told', () => {
  const replaced: CodecEntry[] = []
  const book = new CodecBook(1, (old) => replaced.push(old))
  const first = book.entryOf(script('acme/a', 'one'))
  expect(book.entryOf(script('acme/a', 'one'))).toBe(first)
  expect(replaced).toEqual([])
  const second = book.entryOf(script('acme/a', 'two'))
  expect(second.id).not.toBe(first.id)
  expect(replaced).toEqual([first])
  expect([first.replaced, second.replaced]).toEqual([true, false])
})

test('codecs are dealt out to the children evenly, and a changed one stays with its child', () => {
  const book = new CodecBook(3, () => {})
  const lanes = Array.from({ length: 9 }, (_, index) => book.entryOf(script(`acme/${index}`, 'one')).lane)
  for (const lane of [0, 1, 2]) expect(lanes.filter((one) => one === lane)).toHaveLength(3)
  expect(book.entryOf(script('acme/4', 'two')).lane).toBe(lanes[4])
})

test('tells those used last', () => {
  const book = new CodecBook(1, () => {})
  const entries = ['a', 'b', 'c'].map((name) => book.entryOf(script(name, '')))
  for (const index of [0, 1, 2, 0]) if (entries[index] !== undefined) book.use(entries[index])
  expect(book.recent(2).map(({ model }) => model)).toEqual(['c', 'a'])
})
