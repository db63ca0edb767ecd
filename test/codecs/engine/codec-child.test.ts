import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { CodecChild } from '../../../src/codecs/engine/codec-child.ts'
import { type Message, messageType } from '../../../src/codecs/engine/transport.ts'

const forger = fileURLToPath(new URL('./processes/forger.ts', import.meta.url))

/** Lets the forger lie once; resolves with its answers that were believed and how it ended. */
function askForger(lie: string): Promise<{ believed: Message[]; end: string }> {
  const believed: Message[] = []
  return new Promise((resolve) => {
    const child = new CodecChild(
      {
        ready: () => child.run({ type: messageType.run, id: 1, segments: [{ codec: 1, info: 1, text: lie }] }),
        answer: (message) => {
          believed.push(message)
          // Leaves the second answer time to come before the end.
          setTimeout(() => child.kill('asked'), 200)
        },
        gone: (end) => resolve({ believed, end }),
      },
      forger,
    )
    child.start()
  })
}

describe('a child that lies', () => {
  test('is believed while it does not', async () => {
    const { believed, end } = await askForger('honest')
    expect(believed).toEqual([{ type: messageType.result, id: 1, segments: [{ codec: 1, info: 0, text: '[[1,{"a":1},[]]]' }] }])
    expect(end).toBe('asked')
  })

  test.for([
    'wrong id',
    'wrong type',
    'wrong codec',
    'unknown status',
    'one segment more',
    'no segment',
    'hello again',
    'segment beyond the message',
    'bytes after the segments',
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
    expect(believed[0]?.segments[0]?.text).toBe('[]')
  })

  test('that dies by itself is told so', async () => {
    expect(await askForger('death')).toEqual({ believed: [], end: 'it ended by itself (3)' })
  })
})
