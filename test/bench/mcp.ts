// What an agent waits for: egregore_query over a store of 100,000 messages, and what any tool adds to the HTTP call below it.

import { seededRandom } from '../../scripts/seeded-random.ts'
import { datasetOf } from './support/dataset.ts'
import { vocabulary } from './support/language.ts'
import { startNode } from './support/node-process.ts'
import { percentile } from './support/percentile.ts'
import { timeOf } from './support/stopwatch.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'
import type { HttpClient } from './support/http-client.ts'

const MESSAGES = 100_000
const AUTHORS = 100
const CALLS = 300

/** Asked before anything is measured. */
const WARM_UP = 30

/** Issue 4, "Speed". */
const QUERY_P99_MS_MAX = 50
const ADDED_MS_MAX = 3

/** Words that are neither everywhere nor hardly anywhere. */
const RANKS = { from: 100, to: 2_000 }

/** A tool and the HTTP call below it, by turns. */
interface Pair {
  what: string
  tool: string
  given: (turn: number) => object
  path: (turn: number) => string
}

export async function mcp(run: BenchRun): Promise<Finding[]> {
  const messages = run.sized(MESSAGES)
  const { directory } = await datasetOf(run, { messages, authors: AUTHORS, signatures: 'made up', seed: MESSAGES })
  const node = await startNode(run, { dataDir: directory, flags: ['--offline'] })
  await run.following('folding', messages, (reached) => node.settled(messages, reached))
  const [{ hash, author }] = await node.http.get<[{ hash: string; author: string }]>('/v1/feed?limit=1')
  const findings: Finding[] = []
  for (const pair of pairs(hash, author)) findings.push(...(await findingsOf(node.http, pair, messages)))
  return findings
}

function pairs(hash: string, author: string): Pair[] {
  const random = seededRandom(1)
  const word = () => vocabulary[RANKS.from + Math.floor(random() * (RANKS.to - RANKS.from))] ?? ''
  const words = Array.from({ length: WARM_UP + CALLS }, () => `${word()} ${word()}`)
  const wordsAt = (turn: number) => words[turn] ?? ''
  return [
    {
      what: 'egregore_query, two words',
      tool: 'egregore_query',
      given: (turn) => ({ search: wordsAt(turn) }),
      path: (turn) => `/v1/insights/search?limit=20&q=${encodeURIComponent(wordsAt(turn))}`,
    },
    {
      what: 'egregore_query, the newest',
      tool: 'egregore_query',
      given: () => ({ limit: 10 }),
      path: () => '/v1/feed?include_self=true&limit=10',
    },
    {
      what: 'egregore_query, one author',
      tool: 'egregore_query',
      given: () => ({ author, limit: 10 }),
      path: () => `/v1/feed/${encodeURIComponent(author)}?limit=10`,
    },
    {
      what: 'egregore_query, one message',
      tool: 'egregore_query',
      given: () => ({ hash }),
      path: () => `/v1/message/${hash}`,
    },
    { what: 'egregore_identity', tool: 'egregore_identity', given: () => ({}), path: () => '/v1/identity' },
  ]
}

async function findingsOf(http: HttpClient, { what, tool, given, path }: Pair, messages: number): Promise<Finding[]> {
  const calls: number[] = []
  const bare: number[] = []
  for (let turn = 0; turn < WARM_UP + CALLS; turn++) {
    calls.push(await timeOf(() => callTool(http, tool, given(turn))))
    bare.push(await timeOf(() => http.get(path(turn))))
  }
  const of = (times: number[], share: number) => percentile(times.slice(WARM_UP), share)
  const figure = (value: number) => ({ value, unit: 'ms' }) as const
  const over = `${what}, ${messages.toLocaleString('en')} stored`
  const limit = (share: number) => ({ ...figure(of(bare, share)), of: 'the HTTP call below it' })
  const isQuery = tool === 'egregore_query'
  return [
    { what: `${over}, p50`, figure: figure(of(calls, 0.5)), limit: limit(0.5) },
    {
      what: `${over}, p99`,
      figure: figure(of(calls, 0.99)),
      limit: limit(0.99),
      ...(isQuery && { goal: { kind: 'at most', value: QUERY_P99_MS_MAX } as const }),
    },
    {
      what: `${what}: added to the HTTP call, p50`,
      figure: figure(of(calls, 0.5) - of(bare, 0.5)),
      goal: { kind: 'at most', value: ADDED_MS_MAX },
    },
  ]
}

/** As a client of 2026-07-28 does it. */
async function callTool(http: HttpClient, name: string, given: object): Promise<void> {
  const version = '2026-07-28'
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: given, _meta } }
  const headers = { 'mcp-protocol-version': version, 'mcp-method': 'tools/call', 'mcp-name': name }
  const { result } = JSON.parse(await http.postText('/mcp', JSON.stringify(body), headers))
  if (result?.structuredContent === undefined) throw new Error(`The node refused ${name}.`)
}
