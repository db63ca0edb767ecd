import { readFileSync } from 'node:fs'
import { z } from 'zod'

const lineSchema = z.object({
  situation: z.string(),
  topic: z.string(),
  qos: z.int(),
  retain: z.boolean(),
  payload: z.unknown().optional(),
  base64: z.string().optional(),
})

export interface Recorded {
  situation: string
  topic: string
  bytes: Uint8Array
}

/** What a real ChirpStack 4.20 published, in order of arrival: the same situations in either form, in two runs. */
export function recordings(form: 'json' | 'protobuf'): Recorded[] {
  const file = new URL(`../../fixtures/chirpstack/events-${form}.jsonl`, import.meta.url)
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const { situation, topic, payload, base64 } = lineSchema.parse(JSON.parse(line))
      const bytes = base64 === undefined ? Buffer.from(JSON.stringify(payload)) : Buffer.from(base64, 'base64')
      return { situation, topic, bytes }
    })
}
