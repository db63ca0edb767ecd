import { knownErrors } from '../errors/ondine-error.ts'
import type { OpenApiDocument } from './openapi.ts'

type Operation = NonNullable<NonNullable<NonNullable<OpenApiDocument['paths']>[string]>['get']>

/** The API on one page that asks nothing of the outside: no script, no font, no picture. */
export function docsPage(document: OpenApiDocument): string {
  const byTag = Map.groupBy(operationsOf(document), ({ operation }) => operation.tags?.[0] ?? 'Other')
  const sections = [...byTag].map(([tag, operations]) => `<h2>${escaped(tag)}</h2>${operations.map(operationHtml).join('')}`)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Ondine API ${escaped(document.info.version)}</title>
<style>${style}</style></head><body>
<h1>Ondine API <small>${escaped(document.info.version)}</small></h1>
<p>${inline(document.info.description ?? '')}</p>
<p>Each request carries <code>Authorization: Bearer ond_…</code>. For programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1). What has a * is always there.</p>
<pre>curl -H "Authorization: Bearer $ONDINE_TOKEN" http://127.0.0.1:8420/v1/devices?limit=3</pre>
${sections.join('\n')}
<h2>Schemas</h2>
${Object.entries(document.components?.schemas ?? {})
  .map(
    ([name, schema]) =>
      `<details id="schema-${escaped(name)}"><summary><code>${escaped(name)}</code></summary>${schemaHtml(schema)}</details>`,
  )
  .join('\n')}
<h2>Problems</h2>
<p>The <code>type</code> of a problem ends in one of these codes; <code>detail</code> says this, <code>context</code> has the facts in braces.</p>
<table><tr><th>code</th><th>status</th><th>detail</th></tr>${problemRows()}</table>
</body></html>
`
}

interface Entry {
  method: string
  path: string
  operation: Operation
}

function operationsOf(document: OpenApiDocument): Entry[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item?.[method]
      return operation === undefined ? [] : [{ method: method.toUpperCase(), path, operation }]
    }),
  )
}

function operationHtml({ method, path, operation }: Entry): string {
  return `<article><h3><code>${method} ${escaped(path)}</code></h3><p>${inline(operation.summary ?? '')}${
    operation.description === undefined ? '' : `<br>${inline(operation.description)}`
  }</p>${parametersHtml(operation)}${bodyHtml(operation)}${answerHtml(operation)}</article>`
}

function parametersHtml(operation: Operation): string {
  const rows = (operation.parameters ?? []).flatMap((parameter) => {
    if ('$ref' in parameter) return []
    const { name, required, schema, description } = parameter
    const about = description ?? (isRecord(schema) && typeof schema.description === 'string' ? schema.description : '')
    return [
      `<tr><td><code>${escaped(name)}</code>${required === true ? ' *' : ''}</td><td>${typeHtml(schema)}</td><td>${inline(about)}</td></tr>`,
    ]
  })
  return rows.length === 0 ? '' : `<table>${rows.join('')}</table>`
}

function bodyHtml(operation: Operation): string {
  const body = operation.requestBody
  if (body === undefined || '$ref' in body) return ''
  return `<p>Body</p>${schemaHtml(body.content['application/json']?.schema)}`
}

function answerHtml(operation: Operation): string {
  return Object.entries(operation.responses ?? {})
    .filter(([status]) => status !== 'default')
    .map(([status, response]) => {
      const content = '$ref' in response ? {} : (response.content ?? {})
      return Object.entries(content)
        .map(([type, { schema }]) => `<p>${escaped(status)} <small>${escaped(type)}</small></p>${schemaHtml(schema)}`)
        .join('')
    })
    .join('')
}

function schemaHtml(schema: unknown): string {
  if (!isRecord(schema) || !isRecord(schema.properties)) return `<p>${typeHtml(schema)}</p>`
  const required = Array.isArray(schema.required) ? schema.required : []
  const rows = Object.entries(schema.properties).map(
    ([name, property]) =>
      `<tr><td><code>${escaped(name)}</code>${required.includes(name) ? ' *' : ''}</td><td>${typeHtml(property)}</td><td>${inline(
        isRecord(property) && typeof property.description === 'string' ? property.description : '',
      )}</td></tr>`,
  )
  return `<table>${rows.join('')}</table>`
}

/** A type in few words: `string`, `Device[]`, `"dim"`, `number or null`. */
function typeHtml(schema: unknown): string {
  if (!isRecord(schema)) return ''
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return `<a href="#schema-${escaped(name)}">${escaped(name)}</a>`
  }
  if (schema.const !== undefined) return `<code>${escaped(JSON.stringify(schema.const))}</code>`
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => `<code>${escaped(JSON.stringify(value))}</code>`).join(' or ')
  const alternatives = schema.anyOf ?? schema.oneOf
  if (Array.isArray(alternatives)) return alternatives.map(typeHtml).join(' or ')
  if (schema.type === 'array') return `list of ${typeHtml(schema.items)}`
  if (isRecord(schema.properties)) {
    return `{ ${Object.entries(schema.properties)
      .map(([name, property]) => `${escaped(name)}: ${typeHtml(property)}`)
      .join(', ')} }`
  }
  if (isRecord(schema.additionalProperties)) return `name → ${typeHtml(schema.additionalProperties)}`
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : typeof schema.type === 'string' ? schema.type : 'anything'
  return escaped(typeof schema.format === 'string' ? `${type} (${schema.format})` : type)
}

function problemRows(): string {
  return knownErrors()
    .filter(({ code }) => !/^(cli|config|value)\./.test(code))
    .map(
      ({ code, status, text }) =>
        `<tr id="problem-${escaped(code)}"><td><code>${escaped(code)}</code></td><td>${status}</td><td>${escaped(text)}</td></tr>`,
    )
    .join('')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** Escaped, with `code` between backquotes. */
function inline(text: string): string {
  return escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}

const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code,pre{font:.9em ui-monospace,monospace}pre{overflow-x:auto;padding:.6rem;border:1px solid #8885}
article{border-top:1px solid #8885;padding:.4rem 0}h3{margin:.5rem 0}table{border-collapse:collapse;margin:.4rem 0}
td,th{padding:.15rem .8rem .15rem 0;vertical-align:top;text-align:left}details{margin:.2rem 0}small{opacity:.7}`
