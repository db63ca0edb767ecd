/** Sixteen bytes as `0x12, ` each, and room to spare: what is longer is no identifier and no key. */
const longest = 160

/** Between and around digits, and without meaning: pairs of a label, a spreadsheet's `="…"`, quotes, spaces of every kind. */
const around = /^[\s\u200b-\u200d\u2060\ufeff]*=?["'`´’]*|["'`´’\s\u200b-\u200d\u2060\ufeff]*$/g
const between = /[\s:_\-\u00ad\u2010-\u2015\u200b-\u200d\u2060\ufeff]+/g

/**
 * The hexadecimal digits of an EUI or a key as people and programs write it (capitals, `70-B3-…`, `70:b3:…`, `0x70B3…`,
 * `{0x70, 0xB3, …}`, `70b3.d5e7.…`), in lower case; null where there is anything else. No digit is added, lost or moved.
 */
export function hexDigits(written: string): string | null {
  if (/^[0-9a-f]+$/.test(written)) return written
  if (/^[0-9a-fA-F]+$/.test(written)) return written.toLowerCase()
  if (written.length > longest) return null
  let text = written.replace(around, '').replace(between, '')
  if (/0x/i.test(text)) text = text.replace(/0x/gi, '').replace(/[{}[\],;]/g, '')
  if (text.includes('.')) text = dotted(text)
  return /^[0-9a-fA-F]+$/.test(text) ? text.toLowerCase() : null
}

/** Dots stand between groups of one size, or it is a decimal point. */
function dotted(text: string): string {
  const groups = text.split('.')
  return groups.every(({ length }) => length > 1 && length === groups[0]?.length) ? groups.join('') : text
}

/** The bytes of hexadecimal digits in the other order. */
export function reversedBytes(hex: string): string {
  let reversed = ''
  for (let at = hex.length - 2; at >= 0; at -= 2) reversed += hex.slice(at, at + 2)
  return reversed
}

/** A number in scientific notation, as a spreadsheet shows one that it took an EUI or a key for: `1.84E+15`, `7,0B3E+15`, `1E+31`. */
export function isScientific(written: string): boolean {
  if (written.length > longest) return false
  return /^\s*[0-9a-f]+(?:[.,][0-9a-f]*)?e\+\d{1,3}\s*$/i.test(written) || /^\s*\d[.,]\d+e\d{1,3}\s*$/i.test(written)
}
