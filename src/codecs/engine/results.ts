import type { CodecFailure } from '../codec-runner.ts'
import { limits } from './limits.ts'

/** One call's result once it is known to be plain data within bounds. */
export type Verdict = { ok: true; value: Readonly<Record<string, unknown>>; warnings: readonly string[] } | CodecFailure

export function failure(reason: CodecFailure['reason'], ...errors: string[]): CodecFailure {
  return { ok: false, reason, errors }
}

/**
 * Reads a group's results as they came from the sandbox, believing nothing: at least one and at most `calls` of them,
 * each plain data within the limits. null when the text as a whole is not what the sandbox's own runner writes.
 */
export function readResults(text: string, calls: number): Verdict[] | null {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch {
    return null
  }
  if (!Array.isArray(list) || list.length === 0 || list.length > calls) return null
  const verdicts: Verdict[] = []
  for (const item of list) {
    const verdict = readResult(item)
    if (verdict === null) return null
    verdicts.push(verdict)
  }
  return verdicts
}

function readResult(item: unknown): Verdict | null {
  if (!Array.isArray(item) || item.length !== 3) return null
  const [flag, content, messages]: unknown[] = item
  if (!isMessages(messages)) return null
  if (flag === 0 && (content === 'codec-error' || content === 'bad-result')) return failure(content, ...messages)
  if (flag !== 1 || !isRecord(content)) return null
  const fault = faultOf(content)
  return fault === null ? { ok: true, value: content, warnings: messages } : failure('bad-result', fault)
}

function isMessages(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length <= limits.messages &&
    value.every((text) => typeof text === 'string' && text.length <= limits.messageChars)
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What is wrong with plain data out of JSON.parse, or null. JSON can carry `__proto__` as a key, and 1e999 as Infinity. */
function faultOf(content: Record<string, unknown>): string | null {
  let nodes = 0
  let chars = 0
  const visit = (value: unknown, depth: number): string | null => {
    nodes += 1
    if (nodes > limits.nodes) return `the result has more than ${limits.nodes} values`
    if (typeof value === 'number') return Number.isFinite(value) ? null : 'the result has a number that is not finite'
    if (typeof value === 'string') chars += value.length
    if (typeof value === 'object' && value !== null) {
      if (depth > limits.depth) return `the result is nested more than ${limits.depth} deep`
      if (Array.isArray(value)) {
        for (const item of value) {
          const fault = visit(item, depth + 1)
          if (fault !== null) return fault
        }
        return null
      }
      if (!isRecord(value)) return null
      for (const key of Object.keys(value)) {
        if (key === '__proto__') return 'the result has a key __proto__'
        chars += key.length
        const fault = visit(value[key], depth + 1)
        if (fault !== null) return fault
      }
    }
    return chars > limits.chars ? `the result has more than ${limits.chars} characters` : null
  }
  return visit(content, 0)
}
