import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { expect, test } from 'vitest'
import { type ParquetCell, type ParquetColumn, parquetOf } from '../../src/formats/parquet.ts'

const columns: ParquetColumn[] = [
  { name: 'time', type: 'instant' },
  { name: 'asset', type: 'text' },
  { name: 'volume', type: 'number' },
  { name: 'leak', type: 'boolean' },
]

async function written(pages: AsyncIterable<ParquetCell[][]>): Promise<{ file: ArrayBuffer; pieces: number[] }> {
  const chunks: Uint8Array[] = []
  for await (const chunk of parquetOf(columns, pages)) chunks.push(chunk)
  const whole = Buffer.concat(chunks)
  return {
    file: whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.length) as ArrayBuffer,
    pieces: chunks.map(({ length }) => length),
  }
}

async function* pagesOf(...pages: ParquetCell[][][]) {
  yield* pages
}

test('every kind of cell comes back, and what is not known as null', async () => {
  const at = Date.UTC(2026, 10, 22, 6, 0, 0, 7)
  const { file } = await written(
    pagesOf([[at, 'w-1', 318.442, true]], [], [
      [null, null, null, null],
      [0, 'é💧"', -1e300, false],
    ] as ParquetCell[][]),
  )
  expect(await parquetReadObjects({ file })).toEqual([
    { time: new Date(at), asset: 'w-1', volume: 318.442, leak: true },
    { time: null, asset: null, volume: null, leak: null },
    { time: new Date(0), asset: 'é💧"', volume: -1e300, leak: false },
  ])
})

test('without a row it is a file without a row', async () => {
  const { file } = await written(pagesOf())
  expect(
    parquetMetadata(file)
      .schema.slice(1)
      .map(({ name }) => name),
  ).toEqual(['time', 'asset', 'volume', 'leak'])
  expect(await parquetReadObjects({ file })).toEqual([])
})

test('it comes in pieces as its rows do, and each is in it once', async () => {
  async function* many() {
    for (let page = 0; page < 130; page++)
      yield Array.from({ length: 1000 }, (_, row): ParquetCell[] => [page, `w-${row}`, page * 1000 + row, null])
  }
  const { file, pieces } = await written(many())
  expect(pieces).toHaveLength(3)
  const metadata = parquetMetadata(file)
  expect(metadata.row_groups.map((group) => Number(group.num_rows))).toEqual([50_000, 50_000, 30_000])
  const rows = await parquetReadObjects({ file, columns: ['volume'] })
  expect(rows.map(({ volume }) => volume)).toEqual(Array.from({ length: 130_000 }, (_, at) => at))
})
