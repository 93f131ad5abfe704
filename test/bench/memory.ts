// An agent remembers the notes of the recall set, one after the other: each answer means that the memory is on disk, that the same was not
// there before, and that those most like it were looked for.

import { recallSet } from '../recall/recall-set.ts'
import { HttpClient } from './support/http-client.ts'
import { startNode } from './support/node-process.ts'
import { percentile } from './support/percentile.ts'
import { timeOf } from './support/stopwatch.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'

const MEMORIES = 2_000

/** What issue 6 asks for. */
const P99_MS_MAX = 15

/** How long remembering takes, in the mesh and on this machine alone. */
export async function memory(run: BenchRun): Promise<Finding[]> {
  const contents = recallSet()
    .messages.slice(0, run.sized(MEMORIES))
    .map(({ content }) => textOf(content))
    .filter((text) => text !== '')
  const node = await startNode(run, { dataDir: run.temporaryDirectory(), flags: ['--offline'] })
  const client = new HttpClient(node.api)
  run.defer(() => client.close())
  const findings: Finding[] = []
  for (const visibility of ['mesh', 'local'] as const) {
    const times: number[] = []
    for (const content of contents) {
      const body = JSON.stringify({ content, visibility, project: 'bench' })
      times.push(await timeOf(() => client.post('/v1/memories', body)))
    }
    const finding = (name: string, share: number): Finding => ({
      what: `remember in the ${visibility === 'mesh' ? 'mesh' : 'local table'}, ${name}`,
      figure: { value: percentile(times, share), unit: 'ms' },
    })
    findings.push(finding('p50', 0.5), { ...finding('p99', 0.99), goal: { kind: 'at most', value: P99_MS_MAX } })
  }
  return findings
}

/** What a note says, whatever its type calls it. */
function textOf(content: string): string {
  const { title, observation, content: said, text, question, answer } = JSON.parse(content) as Record<string, string> // As: notes hold texts.
  return [title, observation, said, text, question, answer].filter((part) => part !== undefined).join('. ')
}
