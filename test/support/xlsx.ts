import { zip } from './zip.ts'

/** A cell: text, a number as a spreadsheet keeps it, or XML of its own. */
export type TestCell = string | number | { xml: (name: string) => string }

/** The parts of a workbook as ECMA-376 wants them, by sheet name. `shared`: texts in a table of their own, as Excel writes them. */
export function workbookParts(
  sheets: Readonly<Record<string, readonly (readonly TestCell[])[]>>,
  { shared = false } = {},
): Record<string, string> {
  const strings: string[] = []
  const names = Object.keys(sheets)
  const text = (value: string) => {
    if (!shared) return (name: string) => `<c r="${name}" t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`
    strings.push(value)
    return (name: string) => `<c r="${name}" t="s"><v>${strings.length - 1}</v></c>`
  }
  const parts: Record<string, string> = {}
  for (const [index, rows] of Object.values(sheets).entries()) {
    const drawn = rows.map((cells, row) => {
      const inner = cells.map((cell, column) => {
        const name = `${letter(column)}${row + 1}`
        if (typeof cell === 'object') return cell.xml(name)
        if (typeof cell === 'number') return `<c r="${name}"><v>${cell}</v></c>`
        return cell === '' ? '' : text(cell)(name)
      })
      return `<row r="${row + 1}">${inner.join('')}</row>`
    })
    parts[`xl/worksheets/sheet${index + 1}.xml`] =
      `${declaration}<worksheet xmlns="${main}"><sheetData>${drawn.join('')}</sheetData></worksheet>`
  }
  const list = names.map((name, index) => `<sheet name="${escaped(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`).join('')
  const relations = names.map(
    (_, index) => `<Relationship Id="rId${index + 1}" Type="${relation}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`,
  )
  if (shared) {
    relations.push(`<Relationship Id="rIdS" Type="${relation}/sharedStrings" Target="sharedStrings.xml"/>`)
    parts['xl/sharedStrings.xml'] =
      `${declaration}<sst xmlns="${main}">${strings.map((value) => `<si><t xml:space="preserve">${escaped(value)}</t></si>`).join('')}</sst>`
  }
  return {
    '[Content_Types].xml': `${declaration}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    'xl/workbook.xml': `${declaration}<workbook xmlns="${main}" xmlns:r="${relation}"><sheets>${list}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${declaration}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relations.join('')}</Relationships>`,
    ...parts,
  }
}

export function workbook(sheets: Readonly<Record<string, readonly (readonly TestCell[])[]>>, options: { shared?: boolean } = {}): Buffer {
  return zip(workbookParts(sheets, options))
}

/** A number as text of the sheet: `1.84E+15` is no literal that JavaScript would print so. */
export function rawNumber(text: string): TestCell {
  return { xml: (name) => `<c r="${name}"><v>${text}</v></c>` }
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

function letter(column: number): string {
  const last = String.fromCharCode(65 + (column % 26))
  return column < 26 ? last : letter(Math.floor(column / 26) - 1) + last
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
