/** One record of a CSV file (RFC 4180) with its line end; null and undefined are empty cells. */
export function csvLine(cells: readonly (string | number | boolean | null | undefined)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`
}

function cellOf(cell: string | number | boolean | null | undefined): string {
  if (cell === null || cell === undefined) return ''
  const text = String(cell)
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
