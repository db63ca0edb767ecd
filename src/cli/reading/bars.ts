const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'] as const
const heights = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** A bar of so many characters at most; below 0 it is empty. */
export function bar(value: number, most: number, width: number): string {
  const part = most > 0 ? Math.min(1, Math.max(0, value / most)) : 0
  const filled = Math.round(part * width * 8)
  return '█'.repeat(Math.floor(filled / 8)) + (eighths[filled % 8] ?? '')
}

/** A line of small columns, as wide as there is room: several values share one then. null: a hole. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const size = Math.max(1, Math.ceil(values.length / Math.max(1, width)))
  const means = Array.from({ length: Math.ceil(values.length / size) }, (_, at) => mean(values.slice(at * size, (at + 1) * size)))
  const known = means.filter((value) => value !== null)
  const [low, high] = [Math.min(...known, 0), Math.max(...known)]
  return means.map((value) => (value === null ? ' ' : column(value, low, high))).join('')
}

function column(value: number, low: number, high: number): string {
  const part = high > low ? (value - low) / (high - low) : 0
  return heights[Math.min(7, Math.floor(part * 8))] ?? heights[0]
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}
