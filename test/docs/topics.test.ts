import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readingSchema } from '../../src/readings/reading.ts'
import { type AssetState, mergeReading } from '../../src/topics/asset-state.ts'
import { availabilityMessage, eventMessage, readingMessage, stateMessage, statusMessage } from '../../src/topics/messages.ts'

const text = readFileSync('docs/topics.md', 'utf8')
const examples = new Map([...text.matchAll(/```json (\w+)\n([\s\S]*?)```/g)].map(([, name, json]) => [name!, JSON.parse(json!)]))
const reading = readingSchema.parse(examples.get('reading'))
const states = new Map<string, AssetState>()
mergeReading(states, reading)
const [state] = [...states.values()]
const alarm = { ...reading, kind: 'leak', raised: reading.time }

const published = {
  reading: readingMessage('ondine/v1', reading),
  state: stateMessage('ondine/v1', state!, [alarm]),
  availability: availabilityMessage('ondine/v1', { ...reading, expectedInterval: 3600 }, 'online', reading.receivedAt),
  event: eventMessage('ondine/v1', { event: 'raised', alarm, reading }),
  status: statusMessage('ondine/v1', 'online'),
}

describe.for(Object.entries(published))('docs/topics.md: %s', ([name, message]) => {
  test('its example has the members that are published, and no other', () => {
    expect(Object.keys(examples.get(name)).sort()).toEqual(Object.keys(JSON.parse(message.payload)).sort())
  })

  test('the table says whether it is retained', () => {
    const row = text.split('\n').find((line) => line.startsWith('| `ondine') && line.includes(`/${name}\``))
    expect(row?.split('|')[2]?.trim()).toBe(message.retain ? 'yes' : 'no')
  })
})
