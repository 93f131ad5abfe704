import { expect, test } from 'vitest'
import { docsPage } from '../../src/api/docs-page.ts'
import { openApi } from './open-api.ts'
import type { ApiDocument } from '../../src/api/docs-page.ts'

test('the page shows every operation and shape, and loads nothing', async () => {
  const { api } = openApi()
  const response = await api.request('/docs')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const text = await response.text()
  const document = (await (await api.request('/openapi.json')).json()) as ApiDocument
  const { paths = {}, components: { schemas = {}, examples = {} } = {} } = document
  for (const path of Object.keys(paths)) expect(text).toContain(`<code>${path}</code>`)
  for (const name of Object.keys(schemas)) expect(text).toContain(`id="shape-${name}"`)
  for (const code of Object.keys(examples)) expect(text).toContain(`<a href="#error-${code}">${code}</a>`)
  expect(text).not.toMatch(/<script|src=|https?:|undefined|\[object/)
  const places = [...text.matchAll(/href="#([\w-]+)"/g)].map(([, place]) => place)
  expect(places.length).toBeGreaterThan(20)
  for (const place of places) expect(text).toContain(`id="${place}"`)
})

test('a browser may load its style, and nothing else', async () => {
  const { headers } = await openApi().api.request('/docs')
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; /)
})

test('words of the document are text, whatever they hold', async () => {
  const summary = '<script>alert(1)</script>'
  const page = await docsPage({
    info: { title: '<b>', version: '1' },
    paths: { '/x': { get: { summary, description: `\`${summary}\``, tags: ['"><i>'] } } },
  })
  const text = await page.text()
  expect(text).not.toContain('<script>')
  expect(text).toContain('<code>&lt;script&gt;')
  expect(text).not.toContain('"><i>')
})
