import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer'

/** instant: ms since 1970, UTC. All may be null. */
export interface ParquetColumn {
  name: string
  type: 'text' | 'number' | 'boolean' | 'instant'
}

export type ParquetCell = string | number | boolean | null

/** So many rows are held, and compressed together. */
const groupRows = 50_000

const elements: Readonly<Record<ParquetColumn['type'], Omit<SchemaElement, 'name'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  number: { type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  boolean: { type: 'BOOLEAN', repetition_type: 'OPTIONAL' },
  instant: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', repetition_type: 'OPTIONAL' },
}

/** Bytes of a Parquet file of these rows, as they come: one group of rows is in memory, and a few hundred bytes for each one before. */
export async function* parquetOf(
  columns: readonly ParquetColumn[],
  pages: AsyncIterable<readonly (readonly ParquetCell[])[]>,
): AsyncGenerator<Uint8Array> {
  const sink = new ByteWriter()
  const schema: SchemaElement[] = [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, type }) => ({ name, ...elements[type] })),
  ]
  const writer = new ParquetWriter({ writer: sink, schema, createdBy: 'ondine' })
  let rows: (readonly ParquetCell[])[] = []
  const group = () => {
    const columnData = columns.map(({ name, type }, index) => ({
      name,
      data: rows.map((row) => encoded(row[index] ?? null, type)),
      offsetIndex: false,
    }))
    rows = []
    return writer.write({ columnData, rowGroupSize: groupRows })
  }
  for await (const page of pages) {
    for (const row of page) rows.push(row)
    if (rows.length < groupRows) continue
    await group()
    yield taken(sink)
  }
  if (rows.length > 0) await group()
  await writer.finish()
  yield taken(sink)
}

function encoded(cell: ParquetCell, type: ParquetColumn['type']): ParquetCell | bigint {
  return type === 'instant' && typeof cell === 'number' ? BigInt(cell) : cell
}

/** What was written since the last time; the file's own offsets go on. */
function taken(sink: ByteWriter): Uint8Array {
  const bytes = sink.getBytes().slice()
  sink.index = 0
  return bytes
}
