import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { type ExportFormat, exportFormats } from '../../api/contract/readings.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { given, oneOf, withExamples } from '../options.ts'
import { progress } from '../progress.ts'
import type { Session } from '../session.ts'
import { localTime } from '../time.ts'
import { type Selection, type Span, withSelection, withSpan } from './options.ts'

interface ExportOptions extends Selection, Span {
  format?: ExportFormat
  columns?: string
  output?: string
}

export function exported(command: Command, session: Session): void {
  const { words } = session
  withSpan(withSelection(command.description(words.text('help.reading-export')), session), session)
    .option('--format <format>', words.text('help.opt-format'), oneOf(...exportFormats))
    .option('--columns <names>', words.text('help.opt-columns'))
    .option('--output <file>', words.text('help.opt-output'))
    .action(async (argument: string | undefined, { asset, output, columns, ...options }: ExportOptions) => {
      const file = output === undefined || output === '-' ? undefined : output
      const format = options.format ?? formatOf(file)
      if (file === undefined && format === 'parquet' && session.io.isTerminal) throw new OndineError('cli.binary-terminal', {})
      const query = given({ asset: argument ?? asset, values: columns, ...options })
      const path = `/v1/readings/export?${new URLSearchParams({ ...texts(query), format })}`
      const [{ locate }, { download }] = await Promise.all([import('../connect.ts'), import('../../api/contract/client.ts')])
      const signal = session.io.interrupted()
      const bytes = await download(await locate(session), path, signal)
      const told = await counted(session, options, format, file !== undefined)
      try {
        if (file === undefined) await toOutput(session, bytes, told, signal)
        else await toFile(file, bytes, told)
      } finally {
        told.stop()
      }
      const { size } = told
      if (file !== undefined) session.answer({ file, format, bytes: size() }, () => [`${file}  ${sizeText(size())}`])
    })
  withExamples(command, session, [
    'ondine reading export w-7f3k2m9q --from 2026-01-01 --output w-7f3k2m9q.csv',
    'ondine reading export --service water --columns volume,leak --output water.parquet',
    'ondine reading export --from 1d --format jsonl | jq .values.volume',
  ])
}

function formatOf(file: string | undefined): ExportFormat {
  const ending = file?.slice(file.lastIndexOf('.') + 1).toLowerCase()
  return exportFormats.find((format) => format === ending) ?? 'csv'
}

function texts(query: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]))
}

interface Told {
  /** looks at what passes */
  pass: (chunk: Uint8Array) => void
  size: () => number
  stop: () => void
}

/** Under a name of its own until it is whole: who finds the file has all of it. */
async function toFile(file: string, bytes: ReadableStream<Uint8Array>, told: Told): Promise<void> {
  const part = `${file}.part`
  const watch = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      told.pass(chunk)
      done(null, chunk)
    },
  })
  try {
    await pipeline(Readable.fromWeb(bytes), watch, createWriteStream(part, { flush: true }))
    await rename(part, file)
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {})
    throw failureOf(cause, file)
  }
}

async function toOutput({ io }: Session, bytes: ReadableStream<Uint8Array>, told: Told, signal: AbortSignal): Promise<void> {
  const decoder = new TextDecoder()
  try {
    for await (const chunk of bytes) {
      told.pass(chunk)
      if (io.outBytes !== undefined && !io.isTerminal) await io.outBytes(chunk)
      else io.out(decoder.decode(chunk, { stream: true }))
    }
  } catch (cause) {
    // `| head`, Ctrl-C: whoever reads has seen enough.
    if (!signal.aborted) throw failureOf(cause, '-')
  }
}

function failureOf(cause: unknown, file: string): unknown {
  if (!(cause instanceof Error) || cause instanceof OndineError) return cause
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
  const isDisk = code !== undefined && 'syscall' in cause && 'path' in cause
  if (isDisk || code === 'ENOSPC' || code === 'EDQUOT') return new OndineError('cli.cannot-write', { file, reason: code }, { cause })
  return new OndineError('cli.export-cut', { reason: code ?? cause.message }, { cause })
}

/** How far it is: by the time of the last line where the file has lines, else by its size alone. */
async function counted(session: Session, { from, to }: Span, format: ExportFormat, isFile: boolean): Promise<Told> {
  const end = to === undefined ? session.io.now().getTime() : Date.parse(to)
  let start = from === undefined ? undefined : Date.parse(from)
  let size = 0
  const bar = isFile ? await progress(session, 1000) : undefined
  return {
    pass(chunk) {
      size += chunk.length
      if (bar?.shown !== true) return
      const at = format === 'parquet' ? undefined : lastTime(chunk)
      start ??= at
      const part = at === undefined || start === undefined || end <= start ? 0 : (at - start) / (end - start)
      const text = `${sizeText(size)}  ${at === undefined ? '' : localTime(new Date(at).toISOString()).slice(0, 16)}`
      bar.at(Math.min(1000, Math.max(0, Math.round(part * 1000))), text)
    },
    size: () => size,
    stop: () => bar?.stop(),
  }
}

/** The newest instant at the end of a piece of a file; undefined: none is there. */
function lastTime(chunk: Uint8Array): number | undefined {
  const tail = new TextDecoder().decode(chunk.subarray(-4000))
  const found = tail.match(/(?:^|\n)(?:\{"v":1,.*?"time":")?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)/g)?.at(-1)
  const time = found?.match(/\d{4}-\d\d-\d\dT[\d:.]+Z$/)?.[0]
  return time === undefined ? undefined : Date.parse(time)
}

/** `812 B`, `4.2 MB`, `1.3 GB`. */
function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const shown = bytes / 1000 ** power
  return `${power === 0 ? shown : shown.toFixed(1)} ${units[power]}`
}
