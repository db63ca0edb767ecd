import { dirname, join, normalize } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import { importTable, narrowed, packageTable } from './import-table.ts'

export interface Import {
  file: string
  target: string
}

/** Every import of a source in any form: static, re-export, dynamic, type. A dynamic import of a computed name is `(computed)`. */
export function importsOf(file: string, text: string): Import[] {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const targets: string[] = []
  new Visitor({
    ImportDeclaration: (node) => void targets.push(node.source.value),
    ExportNamedDeclaration: (node) => void (node.source && targets.push(node.source.value)),
    ExportAllDeclaration: (node) => void targets.push(node.source.value),
    ImportExpression: (node) => void targets.push(literal(node.source)),
    TSImportType: (node) => void targets.push(literal(node.source)),
  }).visit(program)
  return targets.map((target) => ({ file, target }))
}

function literal(node: { type: string; value?: unknown }): string {
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : '(computed)'
}

/** The row of a file of `src/`: `codecs`, `adapters/sql`, or `server.ts` for the files at the top. */
export function folderOf(file: string): string {
  const [, first = '', second = ''] = file.split('/')
  return first === 'adapters' || first === 'services' ? `${first}/${second}` : first
}

/** What is wrong with an import, or undefined. */
export function violation({ file, target }: Import): string | undefined {
  const from = folderOf(file)
  if (target.startsWith('node:')) return undefined
  if (target === '(computed)') return `${file}: import() of a computed name cannot be checked`
  if (!target.startsWith('.')) return packageViolation(file, from, target)
  const imported = normalize(join(dirname(file), target))
  const to = folderOf(imported)
  if (to === from || to === 'errors') return undefined
  const row = importTable[from]
  if (row === undefined) return `${file}: the folder ${from} has no row in the import table`
  if (!row.includes('*') && !row.includes(to)) return `${file}: ${from} may not import ${to} (${imported})`
  const parts = narrowed[`${from} > ${to}`]
  if (parts !== undefined && ![parts].flat().some((part) => imported.startsWith(part))) {
    return `${file}: ${from} may only import ${parts} of ${to}, not ${imported}`
  }
  return undefined
}

function packageViolation(file: string, from: string, target: string): string | undefined {
  const name = target.startsWith('@') ? target.split('/').slice(0, 2).join('/') : (target.split('/')[0] ?? target)
  const folders = packageTable[name]
  if (folders === undefined) return `${file}: the package ${name} has no row in the package table`
  if (!folders.includes('*') && !folders.includes(from)) return `${file}: ${name} is imported by ${folders.join(', ')} only`
  return undefined
}
