// npm run bench [name…]: measures the node against what the machine can do at the same minute. Nothing here can fail on a time.

import { parseArgs } from 'node:util'
import { append } from './append.ts'
import { backup } from './backup.ts'
import { cli } from './cli.ts'
import { coldSync } from './cold-sync.ts'
import { eventLatency } from './event-latency.ts'
import { events } from './events.ts'
import { exportAll } from './export.ts'
import { firstContact } from './first-contact.ts'
import { hooks } from './hooks.ts'
import { importAll } from './import.ts'
import { inbox } from './inbox.ts'
import { largeSync } from './large-sync.ts'
import { live } from './live.ts'
import { mcp } from './mcp.ts'
import { memory } from './memory.ts'
import { multiSource } from './multi-source.ts'
import { pipeline } from './pipeline.ts'
import { publish } from './publish.ts'
import { recall } from './recall.ts'
import { reconnect } from './reconnect.ts'
import { replay } from './replay.ts'
import { retention } from './retention.ts'
import { search } from './search.ts'
import { siege } from './siege.ts'
import { start } from './start.ts'
import { BenchRun } from './support/bench-run.ts'
import { DATASETS } from './support/dataset.ts'
import { lineOf, markdownTable, textTable } from './support/table.ts'
import { syncLatency } from './sync-latency.ts'
import { verify } from './verify.ts'
import type { Bench } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'

const BENCHES: ReadonlyMap<string, Bench> = new Map([
  ['verify', verify],
  ['pipeline', pipeline],
  ['append', append],
  ['cold-sync', coldSync],
  ['large-sync', largeSync],
  ['multi-source', multiSource],
  ['sync-latency', syncLatency],
  ['siege', siege],
  ['reconnect', reconnect],
  ['first-contact', firstContact],
  ['publish', publish],
  ['live', live],
  ['event-latency', eventLatency],
  ['events', events],
  ['retention', retention],
  ['replay', replay],
  ['import', importAll],
  ['export', exportAll],
  ['backup', backup],
  ['hooks', hooks],
  ['search', search],
  ['recall', recall],
  ['memory', memory],
  ['inbox', inbox],
  ['mcp', mcp],
  ['start', start],
  ['cli', cli],
])

const USAGE = `npm run bench -- [name…] [options]

Names: ${[...BENCHES.keys()].join(', ')}. Without names, all run.

  --json              print the findings as JSON
  --markdown          print the table as Markdown
  --scale <share>     only this share of the full sizes; the goals hold at 1
  --profiles <path>   let every node process leave a CPU profile there

Messages are made once and kept in ${DATASETS}, some gigabytes; delete it at will.`

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    markdown: { type: 'boolean' },
    scale: { type: 'string', default: '1' },
    profiles: { type: 'string' },
    help: { type: 'boolean' },
  },
})

await main(positionals.length === 0 ? [...BENCHES.keys()] : positionals, Number(options.scale))

async function main(names: readonly string[], scale: number): Promise<void> {
  const areKnown = names.every((name) => BENCHES.has(name))
  if (options.help || !areKnown || !(scale > 0)) {
    console.error(USAGE)
    process.exitCode = options.help ? 0 : 2
    return
  }
  const findings: Finding[] = []
  for (const name of names) findings.push(...(await runOne(name, scale)))
  console.log(tableOf(findings))
}

async function runOne(name: string, scale: number): Promise<Finding[]> {
  console.error(name)
  const run = new BenchRun({ scale, profiles: options.profiles })
  try {
    const findings = (await BENCHES.get(name)?.(run)) ?? []
    for (const finding of findings) console.error(`  ${lineOf(finding)}`)
    return findings
  } finally {
    await run.end()
  }
}

function tableOf(findings: readonly Finding[]): string {
  if (options.json) return JSON.stringify(findings, undefined, 2)
  return options.markdown ? markdownTable(findings) : `\n${textTable(findings)}`
}
