import type { Message, Map as ProtobufMap } from 'google-protobuf'

/**
 * What may be set on a generated message, by the names of its setters: `setDevEui` gives `devEui`, `setResultList` gives
 * `resultList`, and a map's `getTagsMap` gives `tags`, as a plain record.
 */
export type Fields<M> = {
  [K in keyof M as K extends `set${infer Name}` ? Uncapitalize<Name> : never]?: M[K] extends (value: infer V) => void
    ? V | undefined
    : never
} & {
  [K in keyof M as K extends `get${infer Name}Map` ? Uncapitalize<Name> : never]?: M[K] extends () => ProtobufMap<infer K2, infer V>
    ? Readonly<Record<K2 & (string | number), V>> | undefined
    : never
}

/**
 * Sets fields of a generated message and returns it: `fill(new devicePb.Device(), { devEui, name, tags: { commune: '37261' } })`.
 * A field left out or undefined keeps its default. Nested messages are filled by a nested call.
 */
export function fill<M extends Message>(message: M, fields: Fields<M>): M {
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const { setter, map } = namesOf(field)
    if (!call(message, setter, value)) fillMap(message, map, value)
  }
  return message
}

const names = new Map<string, { setter: string; map: string }>()

/** A field's, put together once: the same few come a hundred thousand times. */
function namesOf(field: string): { setter: string; map: string } {
  const known = names.get(field)
  if (known !== undefined) return known
  const name = `${field.charAt(0).toUpperCase()}${field.slice(1)}`
  const made = { setter: `set${name}`, map: `get${name}Map` }
  names.set(field, made)
  return made
}

function call(message: Message, method: string, value: unknown): boolean {
  const setter: unknown = Reflect.get(message, method)
  if (typeof setter !== 'function') return false
  setter.call(message, value)
  return true
}

function fillMap(message: Message, method: string, entries: unknown): void {
  const getter: unknown = Reflect.get(message, method)
  if (typeof getter !== 'function' || typeof entries !== 'object' || entries === null) {
    throw new TypeError(`this message has neither a setter nor a map for ${method}`)
  }
  const map: ProtobufMap<string, unknown> = getter.call(message)
  for (const [key, value] of Object.entries(entries)) map.set(key, value)
}

/** Puts these entries in the place of all that the map has. */
export function replaceMap<V>(map: ProtobufMap<string, V>, entries: Readonly<Record<string, V>>): void {
  map.clear()
  for (const [key, value] of Object.entries(entries)) map.set(key, value)
}

/** A map of a message as a plain record; keys become strings. */
export function recordOf<V>(map: ProtobufMap<string, V>): Record<string, V> {
  const entries: [string, V][] = []
  map.forEach((value, key) => {
    entries.push([key, value])
  })
  return Object.fromEntries(entries)
}
