import { PNG } from 'pngjs'

/** [codewords, of them error correction per block, blocks] of versions 1 to 6, level L (ISO/IEC 18004 table 9). */
const versions = [
  [26, 7, 1],
  [44, 10, 1],
  [70, 15, 1],
  [100, 20, 1],
  [134, 26, 1],
  [172, 18, 2],
] as const

/** A QR code as rows of dark (true) and light modules: bytes, level L, mask 0. At most 134 bytes. */
export function qrModules(text: string): boolean[][] {
  const bytes = Buffer.from(text)
  const index = versions.findIndex(([total, correction, blocks]) => total - correction * blocks >= bytes.length + 2)
  const layout = versions[index]
  if (layout === undefined) throw new Error('too long for this encoder')
  return drawn(index + 1, codewords(bytes, layout))
}

function codewords(bytes: Buffer, [total, correction, blocks]: (typeof versions)[number]): number[] {
  const bits: number[] = []
  const put = (value: number, length: number) => {
    for (let bit = length - 1; bit >= 0; bit--) bits.push((value >> bit) & 1)
  }
  put(4, 4)
  put(bytes.length, 8)
  for (const byte of bytes) put(byte, 8)
  put(0, 4)
  const capacity = total - correction * blocks
  const data = Array.from({ length: Math.ceil(bits.length / 8) }, (_, at) =>
    bits.slice(at * 8, at * 8 + 8).reduce((sum, bit) => sum * 2 + bit, 0),
  )
  for (let pad = 0; data.length < capacity; pad++) data.push(pad % 2 === 0 ? 0xec : 0x11)
  const size = capacity / blocks
  const parts = Array.from({ length: blocks }, (_, block) => data.slice(block * size, (block + 1) * size))
  const checks = parts.map((part) => remainder(part, correction))
  const woven = (lists: number[][]) => Array.from({ length: lists[0]!.length }, (_, at) => lists.map((list) => list[at]!)).flat()
  return [...woven(parts), ...woven(checks)]
}

/** Multiplication in GF(256) with x⁸ + x⁴ + x³ + x² + 1. */
function times(a: number, b: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d)
    if (((b >> bit) & 1) === 1) product ^= a
  }
  return product
}

function remainder(data: number[], degree: number): number[] {
  const generator: number[] = Array.from({ length: degree }, (_, at) => (at === degree - 1 ? 1 : 0))
  let root = 1
  for (let step = 0; step < degree; step++) {
    for (let at = 0; at < degree; at++) generator[at] = times(generator[at]!, root) ^ (generator[at + 1] ?? 0)
    root = times(root, 2)
  }
  const rest = Array.from({ length: degree }, () => 0)
  for (const byte of data) {
    const factor = byte ^ rest.shift()!
    rest.push(0)
    for (let at = 0; at < degree; at++) rest[at]! ^= times(generator[at]!, factor)
  }
  return rest
}

function drawn(version: number, words: number[]): boolean[][] {
  const size = 17 + 4 * version
  const modules = Array.from({ length: size }, () => Array.from({ length: size }, () => false))
  const fixed = modules.map((row) => row.map(() => false))
  const set = (x: number, y: number, dark: boolean) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return
    modules[y]![x] = dark
    fixed[y]![x] = true
  }
  for (let at = 0; at < size; at++) {
    set(6, at, at % 2 === 0)
    set(at, 6, at % 2 === 0)
  }
  const rings = (cx: number, cy: number, reach: number, light: readonly number[]) => {
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) set(cx + dx, cy + dy, !light.includes(Math.max(Math.abs(dx), Math.abs(dy))))
    }
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    rings(x, y, 4, [2, 4])
  if (version > 1) rings(size - 7, size - 7, 2, [1])
  formatBits(size, set)
  let bit = 0
  for (let right = size - 1; right >= 1; right -= 2) {
    const column = right <= 6 ? right - 1 : right
    for (let step = 0; step < size; step++) {
      const isUpwards = ((column + 1) & 2) === 0
      const y = isUpwards ? size - 1 - step : step
      for (const x of [column, column - 1]) {
        if (fixed[y]![x]) continue
        const dark = (((words[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1
        modules[y]![x] = dark !== ((x + y) % 2 === 0)
        bit++
      }
    }
  }
  return modules
}

/** Level L and mask 0, twice. */
function formatBits(size: number, set: (x: number, y: number, dark: boolean) => void): void {
  const data = 1 << 3
  let rest = data
  for (let step = 0; step < 10; step++) rest = (rest << 1) ^ ((rest >> 9) * 0x537)
  const bits = ((data << 10) | rest) ^ 0x5412
  const isDark = (at: number) => ((bits >> at) & 1) === 1
  for (let at = 0; at <= 5; at++) set(8, at, isDark(at))
  set(8, 7, isDark(6))
  set(8, 8, isDark(7))
  set(7, 8, isDark(8))
  for (let at = 9; at < 15; at++) set(14 - at, 8, isDark(at))
  for (let at = 0; at < 8; at++) set(size - 1 - at, 8, isDark(at))
  for (let at = 8; at < 15; at++) set(8, size - 15 + at, isDark(at))
  set(8, size - 8, true)
}

export interface Placed {
  text: string
  /** pixels of a module */
  scale: number
  /** where its middle stands, in pixels */
  x: number
  y: number
  /** degrees */
  angle?: number
}

interface Paper {
  width: number
  height: number
  /** grey of the paper and of the ink */
  light?: number
  dark?: number
  transparent?: boolean
}

/** A PNG picture with codes on it, as a camera sees them: each pixel is the mean of four points. */
export function qrPicture(codes: readonly Placed[], { width, height, light = 255, dark = 0, transparent = false }: Paper): Buffer {
  const png = new PNG({ width, height })
  const placed = codes.map((code) => ({ ...code, modules: qrModules(code.text), ...turned(code.angle ?? 0) }))
  const isDark = (px: number, py: number) =>
    placed.some(({ modules, scale, x, y, cos, sin }) => {
      const [dx, dy] = [(px - x) / scale, (py - y) / scale]
      const [column, row] = [dx * cos + dy * sin, dy * cos - dx * sin]
      return modules[Math.floor(row + modules.length / 2)]?.[Math.floor(column + modules.length / 2)] === true
    })
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const points = [0.25, 0.75].flatMap((dy) => [0.25, 0.75].map((dx) => (isDark(x + dx, y + dy) ? 1 : 0)))
      const ink = points.reduce<number>((sum, point) => sum + point, 0) / 4
      const grey = light + (dark - light) * ink
      png.data.set(transparent ? [0, 0, 0, Math.round(ink * 255)] : [grey, grey, grey, 255], (y * width + x) * 4)
    }
  }
  return PNG.sync.write(png)
}

function turned(degrees: number): { cos: number; sin: number } {
  const angle = (degrees * Math.PI) / 180
  return { cos: Math.cos(angle), sin: Math.sin(angle) }
}
