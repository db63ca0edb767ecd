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
  /** a batch begins no further call after this long and hands back what it has */
  batchSoft: 50,
  /** processor time after which the parent kills a child that does not answer */
  killCpu: 1_000,
  /** the same by the clock on the wall, for a child that uses no processor time */
  killWall: 15_000,
  /** how often the parent looks at busy children */
  watch: 250,
  /** memory of one isolate, in MB */
  isolateMemory: 64,
  contextsPerIsolate: 100,
  /** heap of an isolate, in MB, that leaves no room for another codec */
  isolateFull: 32,
  /** in all children at work together; the least used one of a child makes room */
  isolates: 12,
  /** how long calls wait for the child that has their codec loaded before another one that is idle takes them */
  takeOver: 50,
  /** codecs, those used last, that the child standing by has loaded too */
  warmCodecs: 48,
  /** of them it is sent so many at a time, so that it is soon there when it is needed */
  warmStep: 16,
  strikes: 3,
  /** strikes older than this are forgotten */
  strikeWindow: 10 * 60_000,
  source: 1_000_000,
  /** one frame; LoRaWAN's longest has 242 bytes */
  frame: 4_096,
  /** JSON of a device's variables, or of what an encoder or simulator is given */
  input: 20_000,
  depth: 16,
  /** values (numbers, texts, objects …) in one result */
  nodes: 10_000,
  /** characters of all keys and texts of one result */
  chars: 200_000,
  messages: 20,
  messageChars: 300,
  /** shapes of objects that are remembered for one codec; objects of any other carry their keys along */
  shapes: 64,
  /** keys of an object whose shape is worth remembering */
  shapeKeys: 128,
  /** texts that are remembered for one codec */
  knownTexts: 256,
  /** their longest: the time of a frame as ISO text, which never comes twice, has 24 */
  knownTextChars: 23,
  /** numbers and characters of results after which a batch begins no further call */
  outNumbers: 250_000,
  outChars: 500_000,
  /** one message on the wire */
  wire: 16_000_000,
} as const
