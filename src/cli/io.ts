/** What a command needs of the process it runs in; tests give their own. */
export interface Io {
  out: (text: string) => void
  err: (text: string) => void
  /** bytes to standard output; resolves when whoever reads it can take more */
  outBytes?: (bytes: Uint8Array) => Promise<void>
  /** is standard output a terminal? else tables are plain lines with tabs */
  isTerminal: boolean
  /** of the terminal; left out where it does not say */
  columns?: number | undefined
  /** standard input; left out: this process's own */
  input?: () => AsyncIterable<Uint8Array | string>
  environment: Readonly<Record<string, string | undefined>>
  now: () => Date
  /** aborts on Ctrl-C or SIGTERM; from then on the command ends by itself instead of being cut */
  interrupted: () => AbortSignal
}
