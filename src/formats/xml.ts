import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { OndineError } from '../errors/ondine-error.ts'

/**
 * XML as plain data: elements and attributes are keys, several elements of one name a list, every value a string. A document
 * with a DOCTYPE is refused: nothing is expanded and nothing fetched. Throws `file.malformed` and `file.doctype`.
 */
export function parseXml(text: string, file: string): unknown {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new OndineError('file.doctype', { file })
  // What the library says may quote the document, and a document may hold a key.
  const found = quietly(() => XMLValidator.validate(text))
  if (found !== true) throw new OndineError('file.malformed', { file, line: found?.err.line ?? 1, reason: 'it is not well-formed XML' })
  const data = quietly(() => parser().parse(text))
  if (data === undefined)
    throw new OndineError('file.malformed', { file, line: 1, reason: 'it is not well-formed XML, or nested too deeply' })
  return data
}

function parser(): XMLParser {
  return new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    removeNSPrefix: true,
    // 0018b2… is no number.
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    maxNestedTags: 50,
  })
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
