// A page that shows a person what /openapi.json says: one document, without script, without anything from elsewhere.

import { hash } from 'node:crypto'
import { html, raw } from 'hono/html'

/** The parts of the document that the page shows. Everything is optional: what is not there is not shown. */
export interface ApiDocument {
  info: { title: string; version: string; description?: string }
  tags?: readonly { name: string; description?: string }[]
  paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  components?: { schemas?: Readonly<Record<string, Schema>>; examples?: Readonly<Record<string, { summary?: string }>> }
}

interface Operation {
  operationId?: string
  summary?: string
  description?: string
  tags?: readonly string[]
  parameters?: readonly Parameter[]
  requestBody?: { content?: Content }
  responses?: Readonly<Record<string, { description?: string; content?: Content }>>
}

interface Parameter {
  name: string
  in: string
  required?: boolean
  description?: string
  schema?: Schema
}

type Content = Readonly<Record<string, { schema?: Schema; examples?: object }>>

interface Schema {
  $ref?: string
  type?: string | readonly string[]
  const?: unknown
  enum?: readonly unknown[]
  format?: string
  default?: unknown
  minimum?: number
  maximum?: number
  description?: string
  items?: Schema
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  additionalProperties?: Schema | boolean
  anyOf?: readonly Schema[]
  oneOf?: readonly Schema[]
  allOf?: readonly Schema[]
}

type Html = ReturnType<typeof html>

/** The page, and what it may load: its own style. */
export async function docsPage(document: ApiDocument): Promise<Response> {
  const { title, version, description = '' } = document.info
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => ({ verb, path, operation })),
  )
  const groups = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? '')
  const schemas = Object.entries(document.components?.schemas ?? {})
  const codes = Object.entries(document.components?.examples ?? {})
  const said = new Map(document.tags?.map((tag) => [tag.name, tag.description ?? '']))
  const page = await html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} ${version}: API</title>
<style>${raw(STYLE)}</style></head>
<body>
<header><h1>${title} ${version}</h1><p>${wordsHtml(description)}</p><p>For programs: <a href="/openapi.json">/openapi.json</a>.</p></header>
<nav>${[...groups].map(([group]) => html`<a href="#${group}">${group}</a> `)}<a href="#shapes">shapes</a> <a href="#errors">errors</a></nav>
<main>
${[...groups].map(([group, listed]) => html`<section id="${group}"><h2>${group}</h2><p>${wordsHtml(said.get(group) ?? '')}</p>${listed.map(operationHtml)}</section>`)}
<section id="shapes"><h2>shapes</h2>${schemas.map(([name, schema]) => html`<details id="shape-${name}"><summary>${name}</summary>${schemaHtml(schema)}</details>`)}</section>
<section id="errors"><h2>errors</h2><table>${codes.map(([code, { summary = '' }]) => html`<tr id="error-${code}"><th><code>${code}</code></th><td>${summary}</td></tr>`)}</table></section>
</main>
</body>
</html>`
  return new Response(String(page), { headers: HEADERS })
}

function operationHtml({ verb, path, operation }: { verb: string; path: string; operation: Operation }): Html {
  const { summary = '', description = '', parameters = [], requestBody, responses = {} } = operation
  return html`<details><summary><b class="${verb}">${verb.toUpperCase()}</b> <code>${path}</code> <span>${summary}</span></summary>
${description === '' ? '' : html`<p>${wordsHtml(description)}</p>`}
${parameters.length > 0 ? html`<h3>Parameters</h3><table>${parameters.map(parameterHtml)}</table>` : ''}
${requestBody === undefined ? '' : html`<h3>Body</h3>${contentHtml(requestBody.content)}`}
<h3>Answers</h3><table>${Object.entries(responses).map(
    ([status, { description = '', content }]) =>
      html`<tr><th>${status}</th><td>${codesHtml(content) ?? wordsHtml(description)}${status.startsWith('2') ? contentHtml(content) : ''}</td></tr>`,
  )}</table></details>`
}

function parameterHtml({ name, in: place, required = false, schema = {}, description }: Parameter): Html {
  const kind = `${place}${required ? ', required' : ''}`
  return html`<tr><th><code>${name}</code></th><td>${typeHtml(schema)} <i>${kind}</i></td><td>${wordsHtml(description ?? schema.description ?? '')}</td></tr>`
}

/** The codes of a failure, each leading to what it means; undefined for any other answer. */
function codesHtml(content: Content = {}): Html[] | undefined {
  const codes = Object.keys(content['application/json']?.examples ?? {})
  return codes.length === 0 ? undefined : codes.map((code) => html`<a href="#error-${code}">${code}</a> `)
}

/** Text in which backticks mark code. */
function wordsHtml(text: string): (string | Html)[] {
  return text.split('`').map((part, at) => (at % 2 === 0 ? part : html`<code>${part}</code>`))
}

/** Of an envelope, what stands in it. */
function contentHtml(content: Content = {}): Html[] {
  return Object.entries(content).map(([mediaType, { schema = {} }]) =>
    mediaType === 'application/json'
      ? schemaHtml(schema.properties?.data ?? schema)
      : html`<p><code>${mediaType}</code></p>`,
  )
}

function schemaHtml(schema: Schema): Html {
  const { properties, required = [] } = mergedOf(schema)
  if (properties === undefined) return html`<p>${typeHtml(schema)} ${wordsHtml(schema.description ?? '')}</p>`
  return html`<table>${Object.entries(properties).map(
    ([name, field]) =>
      html`<tr><th><code>${name}</code></th><td>${typeHtml(field)}${required.includes(name) ? '' : html` <i>optional</i>`}</td><td>${wordsHtml(field.description ?? '')}</td></tr>`,
  )}</table>`
}

/** With the properties of the parts that it is made of. */
function mergedOf(schema: Schema): Pick<Schema, 'properties' | 'required'> {
  const parts = [schema, ...(schema.allOf ?? [])].filter(({ properties }) => properties !== undefined)
  if (parts.length === 0) return {}
  const properties = Object.assign({}, ...parts.map((part) => part.properties))
  return { properties, required: parts.flatMap(({ required = [] }) => required) }
}

function typeHtml(schema: Schema): Html {
  const { $ref, items, anyOf, oneOf, allOf, enum: values, additionalProperties } = schema
  if ($ref !== undefined) return html`<a href="#shape-${nameOf($ref)}">${nameOf($ref)}</a>`
  if (items !== undefined) return html`list of ${typeHtml(items)}`
  const choices = anyOf ?? oneOf ?? allOf
  if (choices !== undefined)
    return html`${choices.map((choice, at) => html`${at > 0 ? ' or ' : ''}${typeHtml(choice)}`)}`
  if (values !== undefined) return html`${values.map(String).join(' | ')}`
  if (typeof additionalProperties === 'object') return html`map of ${typeHtml(additionalProperties)}`
  return html`${plainType(schema)}`
}

function plainType({ type = 'any', const: only, format, minimum, maximum, default: standard }: Schema): string {
  const range = minimum === undefined && maximum === undefined ? '' : ` ${minimum ?? ''}…${maximum ?? ''}`
  const usual = standard === undefined ? '' : `, ${String(standard)} by default`
  return only === undefined ? `${format ?? [type].flat().join(' or ')}${range}${usual}` : JSON.stringify(only)
}

function nameOf(reference: string): string {
  return reference.split('/').at(-1) ?? ''
}

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 62rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; } h3 { font-size: .9rem; margin: .75rem 0 .25rem; }
nav a { margin-right: .5rem; } code, b { font-family: ui-monospace, monospace; font-size: .9em; }
details { border: 1px solid #8886; border-radius: 6px; margin: .35rem 0; padding: .35rem .7rem; }
summary { cursor: pointer; } summary span { opacity: .8; margin-left: .5rem; }
b { display: inline-block; min-width: 4.2em; } .get { color: #2a7ade; } .post { color: #2a8a4a; } .delete { color: #c2452d; }
table { border-collapse: collapse; width: 100%; font-size: .92em; } th { text-align: left; font-weight: 600; }
th, td { padding: .15rem .6rem .15rem 0; vertical-align: top; border-top: 1px solid #8883; } td table { margin: .3rem 0; }
i { opacity: .65; font-size: .9em; }
`

const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${hash('sha256', STYLE, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}
