import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Reading } from '../../src/readings/reading.ts'
import { LiveFeed } from '../../src/server/reading-feed.ts'
import { MemoryReadingStore } from '../fakes/memory-reading-store.ts'
import { aReading } from '../support/reading-builder.ts'

const feed = () => new LiveFeed(pino({ level: 'silent' }))

test('a listener that fails holds up neither the store nor the others', async () => {
  const live = feed()
  const heard: Reading[] = []
  live.subscribe(() => {
    throw new Error('a fault of ours')
  })
  live.subscribe((reading) => heard.push(reading))
  const reading = aReading()
  await live.writing(new MemoryReadingStore()).write([reading])
  expect(heard).toEqual([reading])
})

test('the newest reading is told by tenant', () => {
  const live = feed()
  expect(live.lastReadingAt(null)).toBeNull()
  live.tell([aReading({ tenant: 'tours', receivedAt: '2026-11-22T06:00:00.000Z' })])
  live.tell([aReading({ tenant: 'blois', receivedAt: '2026-11-22T07:00:00.000Z' })])
  live.tell([aReading({ tenant: 'blois', receivedAt: '2026-11-22T05:00:00.000Z' })])
  expect(['tours', 'blois', 'amboise', null].map((tenant) => live.lastReadingAt(tenant))).toEqual([
    '2026-11-22T06:00:00.000Z',
    '2026-11-22T07:00:00.000Z',
    null,
    '2026-11-22T07:00:00.000Z',
  ])
})
