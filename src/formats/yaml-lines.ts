import { LineCounter, parseDocument } from 'yaml'

/** Finds the line (from 1) where a key or an entry of YAML or JSON text stands; the nearest above it that is there, else null. */
export function lineFinder(text: string): (path: readonly PropertyKey[]) => number | null {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, uniqueKeys: false, logLevel: 'silent' })
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const node: unknown = document.getIn(path.slice(0, length), true)
      const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined
      if (Array.isArray(range) && typeof range[0] === 'number') return lineCounter.linePos(range[0]).line
    }
    return null
  }
}
