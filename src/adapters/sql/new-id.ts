import { v7 } from 'uuid'

/** UUIDv7 (RFC 9562 §5.7): ids in the order in which they were made, which keeps index pages together. */
export function newId(): string {
  return v7()
}
