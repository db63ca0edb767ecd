import { Worker } from 'node:worker_threads'
import { OndineError } from '../errors/ondine-error.ts'
import type { XlsxAnswer, XlsxSheet } from './xlsx-worker.ts'

export type { XlsxSheet } from './xlsx-worker.ts'

export interface XlsxLimits {
  /** of all its parts, unpacked */
  maxBytes: number
  maxRows: number
  maxColumns: number
  /** characters of all cells */
  maxText: number
  /** MB that the reading may take */
  memory: number
  /** ms; a workbook that takes longer is made to */
  time: number
}

const worker = new URL(import.meta.url.endsWith('.ts') ? './xlsx-worker.ts' : './xlsx-worker.js', import.meta.url)

/**
 * The sheets of a workbook (ECMA-376), formulas as the values they last had, in a thread whose memory and time are limited: a
 * file from outside can end that thread and nothing else. Rejects with `file.xlsx-unreadable`, `file.too-large` or `file.too-many`.
 */
export async function readXlsx(bytes: Uint8Array, file: string, limits: XlsxLimits): Promise<XlsxSheet[]> {
  const answer = await answerOf(bytes, limits)
  if ('sheets' in answer) return answer.sheets
  const { refused } = answer
  if (refused === 'rows') throw new OndineError('file.too-many', { file, what: refused, limit: limits.maxRows })
  if (refused === 'columns') throw new OndineError('file.too-many', { file, what: refused, limit: limits.maxColumns })
  if (refused === 'too-large' || refused === 'text') throw new OndineError('file.too-large', { file, limit: megabytes(limits.maxBytes) })
  throw new OndineError(refused === 'no-sheet' ? 'file.not-a-workbook' : 'file.xlsx-unreadable', { file })
}

function answerOf(bytes: Uint8Array, { memory, time, ...limits }: XlsxLimits): Promise<XlsxAnswer> {
  return new Promise((resolve) => {
    const thread = new Worker(worker, {
      workerData: { bytes, ...limits },
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: memory },
    })
    const timer = setTimeout(() => end({ refused: 'too-large' }), time)
    const end = (answer: XlsxAnswer) => {
      clearTimeout(timer)
      resolve(answer)
      void thread.terminate()
    }
    thread.once('message', end)
    // Out of its memory, or a fault of the library that nothing caught.
    thread.once('error', (error: Error & { code?: string }) =>
      end({ refused: error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'too-large' : 'damaged' }),
    )
    thread.once('exit', () => end({ refused: 'damaged' }))
  })
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6)
}
