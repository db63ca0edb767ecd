/** Bounds of the sandbox. Times in milliseconds, sizes in bytes or UTF-16 units. */
export const limits = {
  /** frames in one batch to a child */
  batch: 256,
  /** batches a child has at once: one at work, one behind it so that it need not wait for us */
  inFlight: 2,
  /** one decode; TS013 gives no figure, ChirpStack stops a codec after 100 ms */
  decode: 100,
  /** running a codec's source once, before its first frame */
  load: 500,
  /** a group of frames stops early after this long and hands back what it has */
  groupSoft: 50,
  /** a batch starts no further group after this long */
  batchSoft: 250,
  /** processor time after which the parent kills a child that does not answer */
  killCpu: 1_000,
  /** the same by the clock on the wall, for a child that uses no processor time */
  killWall: 15_000,
  /** how often the parent looks at busy children */
  watch: 250,
  /** memory of one isolate, in MB */
  isolateMemory: 64,
  contextsPerIsolate: 25,
  isolates: 40,
  strikes: 3,
  /** strikes older than this are forgotten */
  strikeWindow: 10 * 60_000,
  source: 1_000_000,
  depth: 16,
  /** values (numbers, texts, objects …) in one result */
  nodes: 10_000,
  /** characters of all keys and texts of one result */
  chars: 200_000,
  messages: 20,
  messageChars: 300,
  /** characters after which a group stops early */
  groupChars: 1_000_000,
  /** characters of a group's results, whatever the codec did to its own realm */
  groupCharsHard: 3_000_000,
  /** one message on the wire */
  wire: 16_000_000,
} as const
