import jsQrModule, { type QRCode } from 'jsqr'
import { OndineError } from '../errors/ondine-error.ts'
import { type Picture, readPng } from './png.ts'

// A CommonJS module that is the function itself, of which the types say that it is the default of one.
const jsQr = jsQrModule as unknown as typeof jsQrModule.default

/** Of one picture; a sheet of labels has more, and is to be cut. */
const mostCodes = 6

/**
 * The texts of all QR codes in a PNG picture, at whatever angle, each once. Throws `picture.*`: not a PNG, too large to be a
 * label, damaged, no code.
 */
export function readQrPicture(bytes: Uint8Array, file: string): string[] {
  const picture = readPng(bytes, file)
  const texts = new Set<string>()
  for (let count = 0; count < mostCodes; count++) {
    const found = firstCode(picture)
    if (found === undefined) break
    if (found.text !== '') texts.add(found.text)
    whiten(picture, found.corners)
  }
  if (texts.size === 0) throw new OndineError('picture.no-code', { file })
  return [...texts]
}

interface Point {
  x: number
  y: number
}

interface Found {
  text: string
  /** in order around the code */
  corners: Point[]
}

/** A picture made of another: `factor` times as large, beginning at x and y of it. */
interface View extends Point {
  picture: Picture
  factor: number
}

function firstCode(picture: Picture): Found | undefined {
  for (const view of views(picture)) {
    const found = codeIn(view)
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * Large pictures are looked at from afar first, which is quicker and hides the grain; small ones enlarged. The library takes
 * three corner marks for one code, which with two codes beside each other may be of both: so parts are looked at too.
 */
function* views(picture: Picture): Generator<View> {
  const side = Math.max(picture.width, picture.height)
  const afar = Math.max(1, Math.round(side / 1000))
  const near = Math.max(1, Math.round(side / 2000))
  const base = viewOf(reduced(picture, afar), 1 / afar)
  yield base
  if (near < afar) yield viewOf(reduced(picture, near), 1 / near)
  const large = side <= 600 ? viewOf(enlarged(picture, 2), 2) : base
  if (large !== base) yield large
  yield* parts(large)
  if (near > 1 && picture.width * picture.height <= 12_000_000) yield viewOf(picture, 1)
  if (side <= 250) yield viewOf(enlarged(picture, 4), 4)
}

function viewOf(picture: Picture, factor: number): View {
  return { picture, factor, x: 0, y: 0 }
}

/** Halves and quarters, and a tenth over, so that a code on the seam is in one of them. */
function* parts({ picture: { width, height, data }, factor }: View): Generator<View> {
  const [across, down] = [Math.ceil(width * 0.6), Math.ceil(height * 0.6)]
  const [right, bottom] = [width - across, height - down]
  const rectangles = [
    ...[0, right].map((x) => ({ x, y: 0, w: across, h: height })),
    ...[0, bottom].map((y) => ({ x: 0, y, w: width, h: down })),
    ...[0, right].flatMap((x) => [0, bottom].map((y) => ({ x, y, w: across, h: down }))),
  ]
  for (const { x, y, w, h } of rectangles) {
    const cut = new Uint8ClampedArray(w * h * 4)
    for (let row = 0; row < h; row++) {
      const from = ((y + row) * width + x) * 4
      cut.set(data.subarray(from, from + w * 4), row * w * 4)
    }
    yield { x: x / factor, y: y / factor, factor, picture: { width: w, height: h, data: cut } }
  }
}

function codeIn({ picture: { data, width, height }, factor, x, y }: View): Found | undefined {
  const code = decoded(data, width, height)
  if (code === null) return undefined
  const { topLeftCorner, topRightCorner, bottomRightCorner, bottomLeftCorner } = code.location
  const corners = [topLeftCorner, topRightCorner, bottomRightCorner, bottomLeftCorner]
  return { text: code.data, corners: corners.map((corner) => ({ x: x + corner.x / factor, y: y + corner.y / factor })) }
}

/** What the library stumbles over is no code. */
function decoded(data: Uint8ClampedArray, width: number, height: number): QRCode | null {
  try {
    return jsQr(data, width, height, { inversionAttempts: 'attemptBoth' })
  } catch {
    return null
  }
}

/** The mean of squares of `factor` pixels. */
function reduced(picture: Picture, factor: number): Picture {
  if (factor === 1) return picture
  const { data, width, height } = picture
  const [across, down] = [Math.floor(width / factor), Math.floor(height / factor)]
  const small = new Uint8ClampedArray(across * down * 4).fill(255)
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      for (let sample = 0; sample < 3; sample++) {
        let sum = 0
        for (let dy = 0; dy < factor; dy++) {
          const row = ((y * factor + dy) * width + x * factor) * 4 + sample
          for (let dx = 0; dx < factor; dx++) sum += data[row + dx * 4] ?? 255
        }
        small[(y * across + x) * 4 + sample] = sum / (factor * factor)
      }
    }
  }
  return { width: across, height: down, data: small }
}

function enlarged({ data, width, height }: Picture, factor: number): Picture {
  const large = new Uint8ClampedArray(width * height * factor * factor * 4)
  const [from, to] = [new Uint32Array(data.buffer, data.byteOffset, width * height), new Uint32Array(large.buffer)]
  for (let y = 0; y < height * factor; y++) {
    const row = Math.floor(y / factor) * width
    for (let x = 0; x < width * factor; x++) to[y * width * factor + x] = from[row + Math.floor(x / factor)] ?? 0
  }
  return { width: width * factor, height: height * factor, data: large }
}

/** Takes a code that was read out of the picture, with a little of the paper around it. */
function whiten(picture: Picture, corners: readonly Point[]): void {
  const centre = { x: mean(corners.map(({ x }) => x)), y: mean(corners.map(({ y }) => y)) }
  const quad = corners.map(({ x, y }) => ({ x: centre.x + (x - centre.x) * 1.06, y: centre.y + (y - centre.y) * 1.06 }))
  const { width, height, data } = picture
  const bound = (values: number[], most: number): [number, number] => [
    Math.max(0, Math.floor(Math.min(...values))),
    Math.min(most - 1, Math.ceil(Math.max(...values))),
  ]
  const [left, right] = bound(
    quad.map(({ x }) => x),
    width,
  )
  const [top, bottom] = bound(
    quad.map(({ y }) => y),
    height,
  )
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      if (isInside({ x, y }, quad)) data.fill(255, (y * width + x) * 4, (y * width + x) * 4 + 4)
    }
  }
}

/** On the same side of all edges; the code may be seen in a mirror. */
function isInside(point: Point, quad: readonly Point[]): boolean {
  const sides = quad.map((a, index) => {
    const b = quad[(index + 1) % quad.length] ?? a
    return (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
  })
  return sides.every((side) => side >= 0) || sides.every((side) => side <= 0)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
