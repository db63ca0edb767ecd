import jspb from 'google-protobuf'

interface MessageClass<M> {
  new (): M
  deserializeBinaryFromReader(message: M, reader: jspb.BinaryReader): M
}

/**
 * Decodes a protobuf message that came from the broker. google-protobuf reads a string as far as its length says, past
 * the end of the bytes: sixty damaged bytes held it for most of a minute. So the lengths are checked first, message by
 * message. Throws on any byte that does not fit.
 */
export function decode<M>(message: MessageClass<M>, bytes: Uint8Array): M {
  checkFields(bytes, 0, bytes.length)
  const reader = new jspb.BinaryReader(bytes)
  const readMessage = reader.readMessage.bind(reader)
  reader.readMessage = (nested, read) => {
    const [length, start] = readVarint(bytes, reader.getCursor(), bytes.length)
    checkFields(bytes, start, start + length)
    readMessage(nested, read)
  }
  return message.deserializeBinaryFromReader(new message(), reader)
}

/** Walks over the fields of one message (protobuf's wire types), without looking into what is nested. */
function checkFields(bytes: Uint8Array, start: number, end: number): void {
  if (end > bytes.length) throw new Error('a nested message is longer than the message')
  let position = start
  while (position < end) {
    const [tag, afterTag] = readVarint(bytes, position, end)
    position = skipValue(bytes, tag % 8, afterTag, end)
    if (position > end) throw new Error('a field is longer than the message')
  }
}

function skipValue(bytes: Uint8Array, wireType: number, position: number, end: number): number {
  switch (wireType) {
    case 0:
      return readVarint(bytes, position, end)[1]
    case 1:
      return position + 8
    case 2: {
      const [length, start] = readVarint(bytes, position, end)
      return start + length
    }
    case 5:
      return position + 4
    default:
      throw new Error(`wire type ${wireType} is none of proto3`)
  }
}

/** The value, exact up to 2⁵³, and where it ends. */
function readVarint(bytes: Uint8Array, start: number, end: number): [value: number, after: number] {
  let value = 0
  let factor = 1
  for (let position = start; position < end && position < start + 10; position++) {
    const byte = bytes[position] ?? 0
    value += (byte & 0x7f) * factor
    if (byte < 0x80) return [value, position + 1]
    factor *= 128
  }
  throw new Error('a number does not end')
}
