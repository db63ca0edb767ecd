/** Lines of one script that its examples ran, and those they did not. */
export interface LineCoverage {
  /** lines that hold code */
  lines: number
  covered: number
  /** numbers of the lines that no example ran, from 1 */
  missed: readonly number[]
}

interface Range {
  start: number
  end: number
  count: number
}

/**
 * Lines from V8's block coverage. Blank lines, comments and lone brackets are no code; a line counts as run unless all of
 * its code lies in a block that was never run. Ranges come outer first, inner ones override.
 */
export function lineCoverage(source: string, ranges: readonly Range[]): LineCoverage {
  const run = new Uint8Array(source.length).fill(1)
  for (const { start, end, count } of ranges) run.fill(count > 0 ? 1 : 0, start, end)
  const missed: number[] = []
  let lines = 0
  let at = 0
  for (const [index, { text, code }] of codeOf(source).entries()) {
    const first = code.search(/\S/)
    const last = code.trimEnd().length
    if (/[^\s{}()[\];,]/.test(code)) {
      lines += 1
      if (!run.subarray(at + first, at + last).includes(1)) missed.push(index + 1)
    }
    at += text.length + 1
  }
  return { lines, covered: lines - missed.length, missed }
}

/** Numbers as people write them: `12-14, 20`. */
export function lineList(numbers: readonly number[]): string {
  const groups: [number, number][] = []
  for (const number of numbers) {
    const group = groups.at(-1)
    if (group !== undefined && group[1] === number - 1) group[1] = number
    else groups.push([number, number])
  }
  return groups.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
}

/** Each line, and the same with its comments blanked. */
export function codeOf(source: string): { text: string; code: string }[] {
  const blank = (comment: string) => comment.replaceAll(/[^\n]/g, ' ')
  // Strings are taken whole, so that what looks like a comment in one stays.
  const code = source.replaceAll(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (token) =>
    token.startsWith('/') ? blank(token) : token,
  )
  const codes = code.split('\n')
  return source.split('\n').map((text, index) => ({ text, code: codes[index] ?? '' }))
}
