import { StringDecoder } from 'node:string_decoder'

/** characters; a longer line is none of ours, and is not kept in memory */
const longestLine = 1_000_000
/** lines that are worked on together */
const group = 256
/** groups at work before more is read */
const inFlight = 4

/** A line of input; null: it is longer than any line may be. */
export type Line = string | null

/**
 * Gives each line of the input to `work` in groups, and what it made of them to `write` in the order of the lines. Reads no
 * further than a few groups ahead, so that any length of input takes the same memory; what has arrived is worked on at once.
 */
export async function eachLine(
  input: AsyncIterable<Uint8Array | string>,
  work: (lines: readonly Line[]) => Promise<readonly string[]>,
  write: (text: string) => Promise<void>,
): Promise<void> {
  let written: Promise<void> = Promise.resolve()
  const waiting: Promise<void>[] = []
  const hand = async (lines: readonly Line[]) => {
    const answers = work(lines)
    // Told where its turn comes; until then nobody listens.
    answers.catch(() => {})
    written = written.then(async () => write((await answers).map((answer) => `${answer}\n`).join('')))
    written.catch(() => {})
    waiting.push(written)
    if (waiting.length >= inFlight) await waiting.shift()
  }
  for await (const lines of linesOf(input)) {
    for (let at = 0; at < lines.length; at += group) await hand(lines.slice(at, at + group))
  }
  await written
}

/** The lines that each piece of input ends. */
async function* linesOf(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<readonly Line[]> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let tooLong = false
  for await (const piece of input) {
    const parts = (rest + (typeof piece === 'string' ? piece : decoder.write(Buffer.from(piece)))).split('\n')
    rest = parts.pop() ?? ''
    const lines: Line[] = parts.map((line) => (line.length > longestLine ? null : line))
    if (tooLong && lines.length > 0) {
      lines[0] = null
      tooLong = false
    }
    if (rest.length > longestLine) {
      tooLong = true
      rest = ''
    }
    if (lines.length > 0) yield lines
  }
  if (tooLong || rest !== '') yield [tooLong ? null : rest]
}
