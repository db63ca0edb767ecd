import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { callKind, encodeRun } from '../../../src/codecs/engine/call-stream.ts'
import { CodecChild } from '../../../src/codecs/engine/codec-child.ts'
import type { GroupResult } from '../../../src/codecs/engine/result-reader.ts'

const forger = fileURLToPath(new URL('./processes/forger.ts', import.meta.url))

/** Lets the forger lie once; resolves with its answers that were believed and how it ended. */
function askForger(lie: string): Promise<{ believed: (readonly GroupResult[])[]; end: string }> {
  const believed: (readonly GroupResult[])[] = []
  const codec = { id: 1, model: 'acme/a', file: 'codec.js', source: '', lane: 0, pending: 0, replaced: false }
  const call = { kind: callKind.decode, time: 0, fPort: 1, bytes: Buffer.from(lie), extra: null }
  const batch = { groups: [{ codec, jobs: [{ codec, call, settle: () => {}, deaths: 0, since: 0 }] }], suspect: false, size: 1 }
  return new Promise((resolve) => {
    const child = new CodecChild(
      {
        ready: () => child.run(encodeRun(batch, 1), [{ codec: 1, calls: 1 }]),
        answer: (results) => {
          believed.push(results)
          // Leaves the second answer time to come before the end.
          setTimeout(() => child.kill('asked'), 200)
        },
        gone: (end) => resolve({ believed, end }),
      },
      1,
      forger,
    )
    child.start()
  })
}

describe('a child that lies', () => {
  test('is believed while it does not', async () => {
    const { believed, end } = await askForger('honest')
    expect(believed).toEqual([[{ status: 0, verdicts: [{ ok: true, data: { a: 1 }, warnings: [] }] }]])
    expect(end).toBe('asked')
  })

  test.for([
    'wrong id',
    'wrong type',
    'wrong group',
    'unknown status',
    'one group more',
    'no group',
    'hello again',
    'hostile key',
    'contents beyond the message',
    'contents that do not fill it',
    'endless length',
    'no length',
    'noise',
  ])('is killed: %s', async (lie) => {
    expect(await askForger(lie)).toEqual({ believed: [], end: expect.stringContaining('broke the protocol') })
  })

  test('is killed when it answers what nobody asked', async () => {
    const { believed, end } = await askForger('answer twice')
    expect(believed).toHaveLength(1)
    expect(end).toContain('broke the protocol')
  })

  test('finds a second wall outside of the sandbox', async () => {
    const { believed } = await askForger('burglary')
    expect(believed).toEqual([[{ status: 0, verdicts: [{ ok: false, reason: 'codec-error', errors: [] }] }]])
  })

  test('that dies by itself is told so', async () => {
    expect(await askForger('death')).toEqual({ believed: [], end: 'it ended by itself (3)' })
  })
})
