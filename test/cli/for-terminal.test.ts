import { expect, test } from 'vitest'
import { forTerminal } from '../../src/cli/for-terminal.ts'
import type { Io } from '../../src/cli/io.ts'

function said(isTerminal: boolean, text: string): [out: string, err: string] {
  const written: { out: string[]; err: string[] } = { out: [], err: [] }
  const io: Io = {
    out: (part) => void written.out.push(part),
    err: (part) => void written.err.push(part),
    isTerminal,
    environment: {},
    now: () => new Date(0),
    interrupted: () => new AbortController().signal,
  }
  const safe = forTerminal(io)
  safe.out(text)
  safe.err(text)
  return [written.out.join(''), written.err.join('')]
}

test.for<[string, string, string]>([
  ['a title that a name would set', 'meter\u001b]0;owned\u0007 1', 'meter\ufffd]0;owned\ufffd 1'],
  ['a screen that a codec would clear', '\u001b[2J\u009b2J', '\ufffd[2J\ufffd2J'],
  ['a line that would cover another', 'down\rok  ', 'down\ufffdok  '],
])('%s is shown, not obeyed', ([, text, shown]) => {
  expect(said(true, text)).toEqual([shown, shown])
})

test('lines, tabs, colours and accents are as they were', () => {
  const text = '\u001b[1mé\u001b[22m\tb\n'
  expect(said(true, text)).toEqual([text, text])
})

test('what is no terminal gets every character', () => {
  expect(said(false, '\u001b]0;x\u0007')).toEqual(['\u001b]0;x\u0007', '\u001b]0;x\u0007'])
})
