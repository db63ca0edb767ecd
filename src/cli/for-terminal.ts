import type { Io } from './io.ts'

/**
 * A terminal obeys control characters, and names of devices and words of codecs come from others: only line ends, tabs
 * and colours (ECMA-48 SGR) get through. What is no terminal gets every character as it is.
 */
export function forTerminal(io: Io): Io {
  return io.isTerminal ? { ...io, out: (text) => io.out(harmless(text)), err: (text) => io.err(harmless(text)) } : io
}

function harmless(text: string): string {
  return text.replace(/(\p{Cc})(\[[0-9;]*m)?/gu, (whole, control: string, colour: string | undefined) => {
    if (control === '\n' || control === '\t' || (control === '\u001b' && colour !== undefined)) return whole
    return `\ufffd${colour ?? ''}`
  })
}
