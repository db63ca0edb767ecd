import { basename } from 'node:path'
import { OndineError } from '../../errors/ondine-error.ts'
import { decodeText } from '../../formats/encoding.ts'
import { readXlsx } from '../../formats/xlsx.ts'
import { parseXml } from '../../formats/xml.ts'
import { type Delivery, limits, type Sheet } from './delivery.ts'
import { readSeparated } from './read-separated.ts'
import { recordsOf } from './records.ts'

/**
 * What a file holds, by its content and not by its name. Rejects with one sentence where it cannot be read: `delivery.empty`,
 * `delivery.old-excel`, `delivery.other-format` and those of the formats (`file.…`); none repeats a word of the file.
 */
export async function readDelivery(bytes: Uint8Array, path: string): Promise<Delivery> {
  const file = basename(path)
  if (bytes.length === 0) throw new OndineError('delivery.empty', { file })
  if (bytes.length > limits.fileBytes) throw new OndineError('file.too-large', { file, limit: limits.fileBytes / 1e6 })
  const other = otherFormat(bytes)
  if (other === 'XLS') throw new OndineError('delivery.old-excel', { file })
  if (other !== null) throw new OndineError('delivery.other-format', { file, format: other })
  if (startsWith(bytes, 'PK\u0003\u0004'))
    return { file, format: 'xlsx', encoding: null, separator: null, sheets: await workbook(bytes, file) }
  const { text, encoding } = decodeText(bytes, file)
  const [first] = text.trimStart()
  if (first === undefined) throw new OndineError('delivery.empty', { file })
  if (first === '<') return { file, format: 'xml', encoding, separator: null, sheets: recordsOf(parseXml(text, file), file) }
  const json = first === '[' || first === '{' ? fromJson(text, file) : null
  if (json !== null) return { file, format: 'json', encoding, separator: null, sheets: recordsOf(json, file) }
  return { file, format: 'csv', encoding, ...readSeparated(text, file) }
}

async function workbook(bytes: Uint8Array, file: string): Promise<Sheet[]> {
  const sheets = await readXlsx(bytes, file, {
    ...{ maxBytes: limits.unpackedBytes, maxRows: limits.rows, maxColumns: limits.columns },
    ...{ maxText: limits.text, memory: limits.memory, time: limits.time },
  })
  return sheets.map(({ name, rows, notText }) => ({
    name,
    titles: null,
    rows: rows.map((cells, index) => ({ line: index + 1, cells, notText: notText[index] ?? null })),
  }))
}

/** One document, or one object a line; null: neither, as a CSV that begins with a bracket. */
function fromJson(text: string, file: string): unknown {
  const whole = parsed(text)
  if (whole !== undefined) return whole
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const values = lines.map(parsed)
  const isLines = lines.length > 1 && typeof values[0] === 'object'
  const at = values.indexOf(undefined)
  if (isLines && at < 0) return values
  if (!isLines && !/^[[{]\s*["[\]{}]/.test(text.trimStart())) return null
  // The parser's own words quote the text, and the text may hold a key.
  throw new OndineError('file.malformed', { file, line: isLines ? at + 1 : 1, reason: 'it is not valid JSON' })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Formats that cannot be read, by how they begin. */
const beginnings: readonly (readonly [string, string])[] = [
  ['\u00d0\u00cf\u0011\u00e0', 'XLS'],
  ['%PDF', 'PDF'],
  ['\u001f\u008b', 'gzip'],
  ['7z\u00bc\u00af', '7-Zip'],
  ['Rar!', 'RAR'],
  ['{\\rtf', 'RTF'],
  ['\u0089PNG', 'PNG'],
  ['\u00ff\u00d8\u00ff', 'JPEG'],
  ['PK\u0005\u0006', 'ZIP'],
]

function otherFormat(bytes: Uint8Array): string | null {
  return beginnings.find(([beginning]) => startsWith(bytes, beginning))?.[1] ?? null
}

function startsWith(bytes: Uint8Array, beginning: string): boolean {
  return [...beginning].every((character, index) => bytes[index] === character.charCodeAt(0))
}
