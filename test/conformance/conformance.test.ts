import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { NOT_APPLICABLE } from './not-applicable.ts'

/** Programs, not modules: their packages export nothing. */
const PACKAGES = new URL('../../node_modules/@modelcontextprotocol/', import.meta.url)
const SUITE = fileURLToPath(new URL('conformance/dist/index.js', PACKAGES))
const INSPECTOR = fileURLToPath(new URL('inspector-cli/build/index.js', PACKAGES))

test('the official conformance suite passes, but for the scenarios that are listed as not applicable', async () => {
  const { api } = await startNode()
  const { stdout } = await run([SUITE, 'server', '--url', `${api}/mcp`, '--suite', 'all'])
  const results = [...stdout.matchAll(/^[✓✗] (?<name>[\w-]+): (?<passed>\d+) passed, (?<failed>\d+) failed/gmu)]
  const others = results.filter(({ groups }) => groups?.failed !== '0' || groups.passed === '0')
  expect(results.length).toBeGreaterThan(Object.keys(NOT_APPLICABLE).length)
  expect(others.map(({ groups }) => groups?.name).sort()).toEqual(Object.keys(NOT_APPLICABLE).sort())
})

test('docs/mcp.md says why each of them does not apply', () => {
  const page = readFileSync(new URL('../../docs/mcp.md', import.meta.url), 'utf8')
  for (const scenario of Object.keys(NOT_APPLICABLE)) expect(page).toContain(`\`${scenario}\``)
})

test('the inspector lists, calls and reads', async () => {
  const { api, author } = await startNode()
  const inspect = async (...how: string[]) => {
    const layout = fileURLToPath(new URL('inspector-layout.ts', import.meta.url))
    const { stdout } = await run(['--import', layout, INSPECTOR, `${api}/mcp`, '--transport', 'http', ...how])
    return JSON.parse(stdout)
  }
  expect((await inspect('--method', 'tools/list')).tools).toHaveLength(14)
  const tool = ['--method', 'tools/call', '--tool-name']
  const identity = await inspect(...tool, 'egregore_identity')
  expect(identity.structuredContent.public_id).toBe(author)
  const { structuredContent } = await inspect(...tool, 'egregore_publish', '--tool-arg', 'content={"text":"inspected"}')
  const found = await inspect(...tool, 'egregore_query', '--tool-arg', 'search=inspected')
  expect(found.structuredContent.messages).toMatchObject([{ hash: structuredContent.hash }])
  expect((await inspect('--method', 'prompts/list')).prompts).toHaveLength(8)
  expect((await inspect('--method', 'resources/templates/list')).resourceTemplates).toHaveLength(2)
  const { contents } = await inspect('--method', 'resources/read', '--uri', 'egregore://status')
  expect(JSON.parse(contents[0].text)).toMatchObject({ identity: author })
})

/** What is red in the suite is its exit code; what is said is in its output. */
async function run(args: readonly string[]): Promise<{ stdout: string }> {
  const how = { cwd: temporaryDirectory(), maxBuffer: 64 * 1024 * 1024 }
  return promisify(execFile)(process.execPath, args, how).catch((error: Error & { stdout?: string }) => {
    if (error.stdout === undefined || error.stdout === '') throw error
    return { stdout: error.stdout }
  })
}
