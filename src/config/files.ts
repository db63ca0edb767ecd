import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { OndineError } from '../errors/ondine-error.ts'
import type { Config } from './schema.ts'

/** The configured files and folders that a server could not start with, each in one sentence; empty when all are there. */
export function unusableFiles({ dataDir, listen, broker, topics }: Config): readonly OndineError[] {
  const files: [path: string, file: string | undefined][] = [
    ['listen.tls.cert', listen.tls?.cert],
    ['listen.tls.key', listen.tls?.key],
    ['broker.ca', broker?.ca],
    ['topics.broker.ca', topics.broker?.ca],
  ]
  const problems = [folderProblem(dataDir), ...files.map(([path, file]) => (file === undefined ? undefined : fileProblem(path, file)))]
  const found = problems.filter((problem) => problem !== undefined)
  if (found.length > 0 || listen.tls === undefined) return found
  const pair = pairProblem(listen.tls)
  return pair === undefined ? [] : [pair]
}

/** What is not there yet is made at the start: the nearest folder above it must allow that. */
function folderProblem(dataDir: string): OndineError | undefined {
  let nearest = resolve(dataDir)
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest)
  try {
    if (!statSync(nearest).isDirectory()) return new OndineError('config.no-folder', { path: 'dataDir', file: nearest })
    accessSync(nearest, constants.W_OK)
  } catch (cause) {
    return unusable('dataDir', nearest, cause)
  }
  return undefined
}

function fileProblem(path: string, file: string): OndineError | undefined {
  try {
    readFileSync(file)
  } catch (cause) {
    return unusable(path, file, cause)
  }
  return undefined
}

function pairProblem({ cert, key }: { cert: string; key: string }): OndineError | undefined {
  try {
    createSecureContext({ cert: readFileSync(cert), key: readFileSync(key) })
  } catch (cause) {
    return unusable('listen.tls', `${cert}, ${key}`, cause)
  }
  return undefined
}

function unusable(path: string, file: string, cause: unknown): OndineError {
  const reason = cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.message) : String(cause)
  return new OndineError('config.file-unusable', { path, file, reason }, { cause })
}
