import timestampPb from 'google-protobuf/google/protobuf/timestamp_pb.js'

export type Timestamp = timestampPb.Timestamp

/** Milliseconds since 1970 to a protobuf timestamp. */
export function toTimestamp(milliseconds: number): Timestamp {
  const timestamp = new timestampPb.Timestamp()
  const seconds = Math.floor(milliseconds / 1000)
  timestamp.setSeconds(seconds)
  timestamp.setNanos(Math.round((milliseconds - seconds * 1000) * 1e6))
  return timestamp
}

/** Milliseconds since 1970, nanoseconds cut off; undefined when the message has no timestamp. */
export function fromTimestamp(timestamp: Timestamp | undefined): number | undefined {
  return timestamp && timestamp.getSeconds() * 1000 + Math.floor(timestamp.getNanos() / 1e6)
}

/** ISO 8601 UTC with milliseconds; undefined when the message has no timestamp. */
export function isoFromTimestamp(timestamp: Timestamp | undefined): string | undefined {
  const milliseconds = fromTimestamp(timestamp)
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString()
}

/** ISO 8601 UTC with all nanoseconds, as exact as the server keeps it: to compare. Empty when the message has no timestamp. */
export function exactIsoFromTimestamp(timestamp: Timestamp | undefined): string {
  if (timestamp === undefined) return ''
  const second = new Date(timestamp.getSeconds() * 1000).toISOString().slice(0, 19)
  // joined, not added: a text of parts keeps all its parts, and a plan holds some 100,000 of these
  return [second, '.', String(timestamp.getNanos()).padStart(9, '0'), 'Z'].join('')
}
