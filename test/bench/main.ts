// npm run bench [name…]: measures the node against what the machine can do at the same minute. Nothing here can fail on a time.

import { parseArgs } from 'node:util'
import { append } from './append.ts'
import { coldSync } from './cold-sync.ts'
import { largeSync } from './large-sync.ts'
import { live } from './live.ts'
import { pipeline } from './pipeline.ts'
import { publish } from './publish.ts'
import { reconnect } from './reconnect.ts'
import { search } from './search.ts'
import { start } from './start.ts'
import { BenchRun } from './support/bench-run.ts'
import { lineOf, markdownTable, textTable } from './support/table.ts'
import { syncLatency } from './sync-latency.ts'
import { verify } from './verify.ts'
import type { Bench } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'

const BENCHES: Readonly<Record<string, Bench>> = {
  verify,
  pipeline,
  append,
  'cold-sync': coldSync,
  'large-sync': largeSync,
  'sync-latency': syncLatency,
  reconnect,
  publish,
  live,
  search,
  start,
}

const USAGE = `npm run bench -- [name…] [options]

Names: ${Object.keys(BENCHES).join(', ')}. Without names, all run.

  --json              print the findings as JSON
  --markdown          print the table as Markdown
  --scale <share>     only this share of the full sizes; the goals hold at 1
  --profiles <path>   let every node process leave a CPU profile there`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    markdown: { type: 'boolean' },
    scale: { type: 'string', default: '1' },
    profiles: { type: 'string' },
    help: { type: 'boolean' },
  },
})

await main()

async function main(): Promise<void> {
  const names = positionals.length === 0 ? Object.keys(BENCHES) : positionals
  const scale = Number(values.scale)
  const unknown = names.find((name) => BENCHES[name] === undefined)
  if (values.help || unknown !== undefined || !(scale > 0)) {
    if (unknown !== undefined) console.error(`There is no bench "${unknown}".`)
    console.error(USAGE)
    process.exitCode = values.help ? 0 : 2
    return
  }
  const findings: Finding[] = []
  for (const name of names) findings.push(...(await runOne(name, scale)))
  console.log(tableOf(findings))
}

async function runOne(name: string, scale: number): Promise<Finding[]> {
  const bench = BENCHES[name]
  if (bench === undefined) return []
  console.error(`${name} …`)
  const run = new BenchRun({ scale, profiles: values.profiles })
  try {
    const findings = await bench(run)
    for (const finding of findings) console.error(`  ${lineOf(finding)}`)
    return findings
  } finally {
    await run.end()
  }
}

function tableOf(findings: readonly Finding[]): string {
  if (values.json) return JSON.stringify(findings, undefined, 2)
  return values.markdown ? markdownTable(findings) : `\n${textTable(findings)}`
}
